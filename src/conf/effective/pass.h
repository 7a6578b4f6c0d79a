// One way of a URL through httpd up to its handler: the request itself, a look at an index file, an
// error document. Source: server/request.c (ap_process_request_internal);
// modules/mappers/mod_dir.c.
#pragma once

#include <memory>

#include "conf/effective/access.h"
#include "conf/effective/facts.h"
#include "conf/effective/storage.h"

namespace stockade::conf {

struct Pass {
  int status = 0;  // 0: the handler's turn
  std::string location;
  bool location_known = true;
  Layers layers;  // of the moment when it ended
  std::vector<Step> steps;
  std::string path;
  std::string filename;
  std::string path_info;
  FileKind kind = FileKind::none;
  bool readable = false;
  std::string handler;
  bool script_alias = false;
  bool proxied = false;
  std::string passed_to;       // the other server's URL; empty: not known
  std::string forced_handler;  // of a RewriteRule
  std::string context_prefix;  // the URL that stands for `context_root`
  std::string context_root;
  std::string document_root;  // of VirtualDocumentRoot
  AccessAnswer access;
  std::vector<Doubt> doubts;
  std::vector<std::shared_ptr<Config>> configs;

  // httpd starts over with this path and query, as an internal redirect.
  std::optional<std::pair<std::string, std::string>> again;

  bool walked = false;     // to the end of the directory walk
  bool rewritten = false;  // by a RewriteRule

  bool known() const { return doubts.empty(); }
};

// `facts` is left as it stood at the end. With a `parent` httpd looks for itself: then what the
// directory walk found for a folder counts for its files, and who was let in is not asked again
// where the same sections apply. The walk of the one `before` an internal redirect counts alike.
Pass run_pass(const World& world, RequestFacts& facts, const std::string& raw_path,
              const Pass* parent, const Pass* before = nullptr);

// The handler of [H], once mod_dir has had its turn: it takes the place of the internal redirect
// too.
void force_handler(Pass& pass);

// Whether mod_dir redirects a folder at this path to the one with a slash.
bool adds_slash(std::string_view path, const Layers& layers);

bool same_sections(const Layers& a, const Layers& b);

}  // namespace stockade::conf
