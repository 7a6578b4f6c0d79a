// From the URL to a file's name, a redirect or another server.
// Source: https://httpd.apache.org/docs/2.4/urlmapping.html; modules/mappers/mod_alias.c,
// mod_userdir.c, mod_vhost_alias.c, modules/proxy/mod_proxy.c; server/core.c (ap_core_translate).
#pragma once

#include "conf/effective/facts.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

struct Translated {
  int status = 0;  // of a redirect, or 403
  std::string location;
  bool location_known = true;
  std::string filename;
  std::string handler;  // "cgi-script" of ScriptAlias, "proxy-server"
  bool proxied = false;
  std::string passed_to;  // the other server's URL; empty: not known
  bool script_alias = false;
  std::string context_prefix;  // the URL that stands for `context_root`
  std::string context_root;
  std::string document_root;  // of VirtualDocumentRoot
  std::vector<Step> steps;
  std::string doubt;
  Place doubt_place;
};

// `raw` is the path before its escapes were taken away, as ProxyPass may see it.
Translated translate(const World& world, const RequestFacts& facts, const Layers& layers,
                     std::string_view raw);

// Redirect of a section, which httpd obeys once it knows the file.
Translated redirect_in_section(const RequestFacts& facts, const Layers& layers);

// "http://host:port" + path, as httpd writes it into a Location; nothing where it is not known.
std::optional<std::string> self_url(const RequestFacts& facts, const Layers& layers,
                                    std::string_view path);

}  // namespace stockade::conf
