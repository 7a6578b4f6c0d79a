#include "conf/effective/index_file.h"

#include "base/text.h"
#include "conf/effective/translate.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

constexpr int kMostNested = 10;  // LimitInternalRecursion, where httpd gives up with 500
constexpr int kMostLooks = 200;  // of one request, where we do

class Fixup {
 public:
  Fixup(const World& world, Pass& pass, RequestFacts& facts, int depth, int& looks)
      : world_(world), pass_(pass), facts_(facts), depth_(depth), looks_(looks) {}

  void run() {
    if (pass_.kind == FileKind::directory) {
      if (adds_slash(facts_.path, pass_.layers)) return add_slash();
      if (facts_.path.ends_with('/')) look_in_folder();
    } else if (pass_.kind == FileKind::none && pass_.handler.empty()) {
      const Found fallback = last_in(pass_.layers, "FallbackResource");
      if (!fallback || fallback.directive->has_arg("disabled")) return;
      int error = 0;
      name_is_fallback_ = true;
      if (!try_file(fallback.directive->arg(0), true, error) && error != 0) pass_.status = error;
    }
  }

 private:
  bool wonder(std::string cause, Place place = {}) {
    pass_.doubts.push_back({"index", std::move(cause), std::move(place)});
    return true;
  }

  void add_slash() {
    pass_.status = 301;
    std::string path = escape_path(facts_.path) + "/";
    if (!facts_.query.empty()) path += "?" + facts_.query;
    const auto url = self_url(facts_, pass_.layers, path);
    // The port of a look for an index file is the server's, not the one that was asked.
    pass_.location_known = url.has_value() && depth_ == 0;
    pass_.location = url.value_or("");
    pass_.steps.push_back({"DirectorySlash", "301 " + pass_.location, {}});
  }

  void look_in_folder() {
    if (const Found check = last_in(pass_.layers, "DirectoryCheckHandler")) {
      wonder("DirectoryCheckHandler is not evaluated", said(check).place);
      return;
    }
    const auto names = index_names(pass_.layers);
    int error = 0;
    for (const std::string_view name : names) {
      if (try_file(name, names.size() == 1, error) || !pass_.known()) return;
    }
    if (error != 0) pass_.status = error;
  }

  // Looks at `name` as httpd's sub-request does; true where that settles the request.
  bool try_file(std::string_view name, bool only, int& error) {
    if (depth_ >= kMostNested) {
      error = 500;
      return false;
    }
    if (++looks_ > kMostLooks) return wonder("httpd looks for very many files");
    RequestFacts sub = facts_;
    sub.method = "GET";
    sub.rewriting_ended = false;
    std::string raw(name);
    if (!name.starts_with('/')) {
      raw = escape_path(facts_.path.substr(0, facts_.path.rfind('/') + 1)) + raw;
    }
    if (raw.find('?') != std::string::npos) {
      return wonder("a query in DirectoryIndex is not evaluated");
    }
    Pass found = run_pass(world_, sub, raw, &pass_);
    if (found.known() && found.status == 0) {
      if (!found.again) Fixup(world_, found, sub, depth_ + 1, looks_).run();
      if (found.known()) force_handler(found);
    }
    if (!found.known()) {
      for (Doubt& doubt : found.doubts) pass_.doubts.push_back(std::move(doubt));
      return true;
    }
    return settle(std::move(found), sub, raw, only, error);
  }

  bool settle(Pass found, const RequestFacts& sub, const std::string& raw, bool only, int& error) {
    if (found.status == 0 && (found.kind == FileKind::regular || found.proxied)) {
      take(std::move(found), raw);
      facts_ = sub;
      return true;
    }
    if (is_redirect(found.status) && name_is_fallback_) {
      return wonder("httpd may have given back the Location of a FallbackResource's redirect");
    }
    if (is_redirect(found.status) || (found.status == 401 && only)) {
      pass_.status = found.status;
      pass_.location = found.location;
      const bool own =
          found.location.find("://" + lower(facts_.request().host)) != std::string::npos;
      pass_.location_known = found.location_known && !own;
      return true;
    }
    if (found.status != 0 && found.status != 404) error = found.status;
    return false;
  }

  // The request goes on as the sub-request.
  void take(Pass found, const std::string& raw) {
    Pass before = std::move(pass_);
    pass_ = std::move(found);
    if (pass_.forced_handler.empty()) pass_.forced_handler = before.forced_handler;
    pass_.steps.insert(pass_.steps.begin(), {"index", raw, {}});
    pass_.steps.insert(pass_.steps.begin(), before.steps.begin(), before.steps.end());
    pass_.access.because.insert(pass_.access.because.begin(), before.access.because.begin(),
                                before.access.because.end());
    pass_.configs.insert(pass_.configs.end(), before.configs.begin(), before.configs.end());
  }

  const World& world_;
  Pass& pass_;
  RequestFacts& facts_;
  int depth_;
  int& looks_;
  bool name_is_fallback_ = false;
};

}  // namespace

void look_for_index(const World& world, Pass& pass, RequestFacts& facts) {
  if (pass.proxied || pass.again || !world.config.has_module("dir_module")) return;
  int looks = 0;
  Fixup(world, pass, facts, 0, looks).run();
}

}  // namespace stockade::conf
