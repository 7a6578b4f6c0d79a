// RewriteRule and RewriteCond, as far as they can be followed without running anything.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html; modules/mappers/mod_rewrite.c.
#pragma once

#include "conf/effective/facts.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

struct Rewritten {
  enum class Kind : uint8_t {
    unchanged,
    status,     // [F], [G], [R=404]
    redirect,   // to `location`
    path,       // to `path`, in the server: a name to be mapped; in a section: a new request
    passed_on,  // [PT]: `path` goes through the other mappings
    proxied     // [P]: `path` is a URL
  };
  Kind kind = Kind::unchanged;
  int status = 0;
  std::string location;
  bool location_known = true;
  std::string path;
  std::string query;
  std::string handler;      // of [H]
  std::string last_target;  // as the last rule that changed something writes it
  bool any_prefix = false;  // that rule has [UnsafePrefixStat]
  bool drops_path_info = false;
  bool ended = false;  // [END]
  std::vector<Step> steps;
  std::string doubt;
  Place doubt_place;
};

struct RewriteScope {
  std::vector<Found> lines;  // RewriteCond and RewriteRule, in order
  std::vector<Found> maps;   // RewriteMap of the server
  std::string directory;     // of a section, with a '/' at its end; empty: the server itself
  std::string base;          // RewriteBase
  std::string filename;      // what is matched: the URL's path, or the file
  std::string path_info;     // of a section
  bool look = false;         // httpd looks for itself
};

// Sets variables in `facts` as [E] says.
Rewritten rewrite(const World& world, const RewriteScope& scope, RequestFacts& facts,
                  const Layers& layers);

}  // namespace stockade::conf
