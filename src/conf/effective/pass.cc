#include "conf/effective/pass.h"

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/handler.h"
#include "conf/effective/if_sections.h"
#include "conf/effective/known_directives.h"
#include "conf/effective/negotiation.h"
#include "conf/effective/rewrite_scope.h"
#include "conf/effective/target.h"
#include "conf/effective/translate.h"

namespace stockade::conf {

namespace {

class Runner {
 public:
  Runner(const World& world, RequestFacts& facts, const Pass* parent, const Pass* before)
      : world_(world), facts_(facts), parent_(parent), walked_(parent ? parent : before) {}

  Pass run(const std::string& raw) {
    pass_.layers = server_layers(world_.config, *facts_.server);
    server_ = pass_.layers;
    facts_.filename.clear();
    facts_.path_info.clear();
    facts_.document_root = document_root_of(world_, server_).value_or("");
    if (parent_ == nullptr) {
      facts_.path = raw;
      facts_.set_environment(server_);
    }
    if (find_target(world_, facts_, raw, parent_ != nullptr, pass_, locations_) && find_file() &&
        gather() && let_in())
      find_handler();
    pass_.path = facts_.path;
    return std::move(pass_);
  }

 private:
  bool wonder(std::string about, std::string cause, Place place = {}) {
    pass_.doubts.push_back({std::move(about), std::move(cause), std::move(place)});
    return false;
  }
  bool die(int status) {
    pass_.status = status;
    return false;
  }

  bool find_file() {
    pass_.layers = server_;
    if (pass_.proxied) {
      const Layers found =
          proxy_layers(world_.config, *facts_.server, std::string_view(pass_.filename).substr(6));
      pass_.layers.insert(pass_.layers.end(), found.begin(), found.end());
      return true;
    }
    Stored stored = walk_directories(world_, *facts_.server, server_, pass_.filename);
    for (auto& config : stored.configs) pass_.configs.push_back(std::move(config));
    if (!stored.doubt.empty()) return wonder("file", stored.doubt, stored.doubt_place);
    if (stored.status != 0) {
      Step step{"walk", std::to_string(stored.status) + ": " + stored.because, {}};
      if (!stored.because_place.file.empty()) step.by = Said{stored.because_place, ""};
      pass_.steps.push_back(std::move(step));
      return die(stored.status);
    }
    if (same_folder(stored)) {
      stored.layers.clear();
      for (const Layer& layer : walked_->layers) {
        if (layer.walk == Walk::directory) stored.layers.push_back(layer);
      }
    }
    pass_.layers.insert(pass_.layers.end(), stored.layers.begin(), stored.layers.end());
    pass_.filename = stored.filename;
    pass_.path_info = stored.path_info;
    pass_.kind = stored.kind;
    pass_.readable = stored.readable;
    pass_.walked = true;
    return true;
  }

  bool same_folder(const Stored& stored) const {
    if (walked_ == nullptr || !walked_->walked || stored.kind != FileKind::regular) return false;
    std::string_view folder = walked_->filename;
    if (walked_->kind != FileKind::directory) folder = folder.substr(0, folder.rfind('/') + 1);
    const std::string_view file = stored.filename;
    return folder == file.substr(0, file.rfind('/') + 1);
  }

  bool gather() {
    facts_.filename = pass_.filename;
    facts_.path_info = pass_.path_info;
    const Layers files =
        pass_.proxied ? Layers() : file_layers(pass_.layers, file_name(pass_.filename));
    pass_.layers.insert(pass_.layers.end(), files.begin(), files.end());
    pass_.layers.insert(pass_.layers.end(), locations_.begin(), locations_.end());
    IfSections found = if_layers(pass_.layers, facts_);
    if (!found.doubt.empty()) return wonder("If", found.doubt, found.doubt_place);
    pass_.layers.insert(pass_.layers.end(), found.layers.begin(), found.layers.end());
    has_conditions_ = !found.layers.empty();
    if (parent_ == nullptr) {
      Layers inner;
      for (const Layer& layer : pass_.layers) {
        if (layer.walk != Walk::server) inner.push_back(layer);
      }
      facts_.set_environment(inner);
    }
    return look_for_strangers();
  }

  // Directives in effect that are not taken into account.
  bool look_for_strangers() {
    for (const Layer& layer : pass_.layers) {
      for (const Directive& d : layer.body) {
        if (d.section || is_accounted_for(d)) continue;
        return wonder("effect", std::string(d.name) + " is not evaluated", said(layer, d).place);
      }
    }
    return true;
  }

  bool let_in() {
    // With mod_allowmethods httpd does not remember what it merged of <Location> and <If>: where
    // one holds it asks anew.
    const bool merged_anew = !locations_.empty() || has_conditions_;
    const bool once = !merged_anew || !world_.config.has_module("allowmethods_module");
    if (parent_ != nullptr && once && same_sections(parent_->layers, pass_.layers)) {
      pass_.access = parent_->access;
      return true;
    }
    pass_.access = judge_access(world_, pass_.layers, facts_);
    if (!pass_.access.doubt.empty()) {
      return wonder("access", pass_.access.doubt, pass_.access.doubt_place);
    }
    return pass_.access.status == 0 || die(pass_.access.status);
  }

  void find_handler() {
    // Before anything else of this turn: what it finds takes the place of the request.
    if (const std::string doubt = negotiation_doubt(world_, pass_); !doubt.empty()) {
      wonder("mapping", doubt);
      return;
    }
    if (!pass_.proxied) choose_handler(world_, pass_);
    SectionRewrites rules = section_rewrites(server_, pass_.layers);
    if (!rewrite_in_section(rules)) return;
    Translated redirect = redirect_in_section(facts_, pass_.layers);
    pass_.steps.insert(pass_.steps.end(), redirect.steps.begin(), redirect.steps.end());
    if (!redirect.doubt.empty()) {
      wonder("mapping", redirect.doubt, redirect.doubt_place);
      return;
    }
    const bool redirected = redirect.status != 0;
    // A redirect leaves out the modules that come after mod_alias.
    if (!redirected || is_loaded_before("env_module", "alias_module")) {
      facts_.add_fixed_environment(pass_.layers);
    }
    if (redirected) {
      pass_.again.reset();
      pass_.location = std::move(redirect.location);
      pass_.location_known = redirect.location_known;
      die(redirect.status);
    }
  }

  bool is_loaded_before(std::string_view first, std::string_view second) const {
    for (const LoadedModule& module : world_.config.modules) {
      if (module.identifier == first) return true;
      if (module.identifier == second) return false;
    }
    return false;
  }

  // RewriteRule of a section or a .htaccess: false where the request ends.
  bool rewrite_in_section(SectionRewrites& rules) {
    if (rules.scope.lines.empty() || facts_.rewriting_ended) return true;
    // httpd has not entered the folder yet.
    if (!rules.any_name && pass_.filename + "/" == rules.scope.directory) return true;
    const Options options = options_of(pass_.layers);
    if (!options.has(Options::kFollow) && !options.has(Options::kOwnerMatch)) {
      pass_.steps.push_back({"RewriteRule", "403: Options lets no link be followed", {}});
      return die(403);
    }
    rules.scope.filename = pass_.filename;
    rules.scope.path_info = pass_.path_info;
    rules.scope.look = parent_ != nullptr;
    Rewritten result = rewrite(world_, rules.scope, facts_, pass_.layers);
    const std::string query = facts_.query;
    if (!take_rewritten(result, facts_, pass_)) return false;
    if (result.kind == Rewritten::Kind::unchanged) return true;
    if (pass_.proxied || result.kind == Rewritten::Kind::proxied) {
      return wonder("rewrite", "RewriteRule to or of another server in a section");
    }
    if (result.path == pass_.filename) return true;
    if (pass_.kind == FileKind::directory && adds_slash(facts_.path, pass_.layers)) {
      return query == facts_.query || wonder("rewrite", "the query of a missing slash");
    }
    start_over(rules, result);
    return true;
  }

  void start_over(const SectionRewrites& rules, const Rewritten& result) {
    std::string path = result.path;
    const std::string& root =
        pass_.document_root.empty() ? facts_.document_root : pass_.document_root;
    if (!rules.scope.base.empty()) {
      replace_front(path, rules.scope.directory, rules.scope.base);
    } else if (!root.empty() && path.starts_with(root + "/")) {
      path.erase(0, root.size());
    }
    if (path == result.path && rules.own_names && !pass_.context_prefix.empty()) {
      replace_front(path, pass_.context_root, pass_.context_prefix);
    }
    pass_.again = {path, facts_.query};
  }

  // A folder at the front of a path, replaced by a URL; one '/' stands between it and the rest.
  static void replace_front(std::string& path, std::string folder, const std::string& url) {
    if (!folder.ends_with('/')) folder += '/';
    if (!path.starts_with(folder)) return;
    path = url + (url.ends_with('/') ? "" : "/") + path.substr(folder.size());
  }

  const World& world_;
  RequestFacts& facts_;
  const Pass* parent_;
  const Pass* walked_;  // httpd remembers the directory walk of this one
  Layers server_;
  Layers locations_;
  bool has_conditions_ = false;  // an <If> holds
  Pass pass_;
};

}  // namespace

Pass run_pass(const World& world, RequestFacts& facts, const std::string& raw_path,
              const Pass* parent, const Pass* before) {
  return Runner(world, facts, parent, before).run(raw_path);
}

void force_handler(Pass& pass) {
  if (pass.forced_handler.empty() || pass.proxied || pass.status != 0) return;
  pass.handler = pass.forced_handler;
  if (!pass.again) return;
  pass.filename = "redirect:" + pass.again->first;
  pass.again.reset();
}

bool adds_slash(std::string_view path, const Layers& layers) {
  const Found slash = last_in(layers, "DirectorySlash");
  return !path.ends_with('/') && !(slash && slash.directive->has_arg("Off"));
}

bool same_sections(const Layers& a, const Layers& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].section != b[i].section) return false;
  }
  return true;
}

}  // namespace stockade::conf
