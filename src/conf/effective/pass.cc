#include "conf/effective/pass.h"

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/handler.h"
#include "conf/effective/if_sections.h"
#include "conf/effective/known_directives.h"
#include "conf/effective/rewrite_scope.h"
#include "conf/effective/translate.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

class Runner {
 public:
  Runner(const World& world, RequestFacts& facts, const Pass* parent)
      : world_(world), facts_(facts), parent_(parent) {}

  Pass run(const std::string& raw) {
    pass_.layers = server_layers(world_.config, *facts_.server);
    server_ = pass_.layers;
    facts_.filename.clear();
    facts_.path_info.clear();
    if (parent_ == nullptr) {
      facts_.clear_environment();
      facts_.path = raw;
      facts_.set_environment(server_);
    }
    if (decode(raw) && find_first_target(raw) && find_file() && gather() && let_in())
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

  bool decode(const std::string& raw) {
    // A virtual host does not inherit it.
    const Found slashes = last_in(Layers(1, server_.back()), "AllowEncodedSlashes");
    const Found merging = last_in(server_, "MergeSlashes");
    EncodedSlashes kind = EncodedSlashes::refuse;
    if (slashes && slashes.directive->has_arg("On")) kind = EncodedSlashes::decode;
    if (slashes && slashes.directive->has_arg("NoDecode")) kind = EncodedSlashes::keep;
    DecodedPath decoded = decode_path(raw, !merging || !merging.directive->has_arg("Off"), kind);
    facts_.path = std::move(decoded.path);
    if (decoded.status != 0) {
      pass_.steps.push_back({"decode", std::to_string(decoded.status) + " for " + raw, {}});
      return die(decoded.status);
    }
    if (facts_.path != raw) pass_.steps.push_back({"decode", facts_.path, {}});
    return true;
  }

  bool add_conditions(Layers& layers) {
    IfSections found = if_layers(layers, facts_);
    if (!found.doubt.empty()) return wonder("If", found.doubt, found.doubt_place);
    layers.insert(layers.end(), found.layers.begin(), found.layers.end());
    return true;
  }

  // A redirect ends within the sections of the first walk.
  bool find_first_target(const std::string& raw) {
    if (find_target(raw)) return true;
    if (pass_.status != 0 && pass_.known()) add_conditions(pass_.layers);
    return false;
  }

  bool find_target(const std::string& raw) {
    locations_ = location_layers(world_.config, *facts_.server, facts_.path);
    pass_.layers.insert(pass_.layers.end(), locations_.begin(), locations_.end());
    if (has_mapping_in_condition()) {
      return wonder("mapping", "a mapping within <If> is not evaluated");
    }
    bool mapped = false;
    if (!rewrite_in_server(mapped)) return false;
    if (mapped) return true;
    Translated target = translate(world_, facts_, pass_.layers, raw);
    pass_.steps.insert(pass_.steps.end(), target.steps.begin(), target.steps.end());
    if (!target.doubt.empty()) return wonder("mapping", target.doubt, target.doubt_place);
    pass_.location = std::move(target.location);
    pass_.location_known = target.location_known;
    if (target.status != 0) return die(target.status);
    pass_.filename = std::move(target.filename);
    pass_.handler = std::move(target.handler);
    pass_.script_alias = target.script_alias;
    pass_.proxied = target.proxied;
    return true;
  }

  // The first walk evaluates conditions too, before there is a file.
  bool has_mapping_in_condition() const {
    for (const Layer& layer : pass_.layers) {
      for (const Directive& section : layer.body) {
        if (!section.section || !section.is("If")) continue;
        for (const Directive& d : children_of(section)) {
          if (is_one_of(d.name, "Redirect|Alias|ScriptAlias|ProxyPass")) return true;
        }
      }
    }
    return false;
  }

  // RewriteRule of the server itself; `mapped` where it names the file.
  bool rewrite_in_server(bool& mapped) {
    RewriteScope scope = server_rewrites(server_);
    if (scope.lines.empty()) return true;
    if (const Found inherits = inherited_rewrites(server_)) {
      return wonder("rewrite", "RewriteOptions is not evaluated", said(inherits).place);
    }
    scope.filename = facts_.path;
    Rewritten result = rewrite(scope, facts_, pass_.layers);
    if (!take_rewritten(result)) return false;
    if (result.kind == Rewritten::Kind::passed_on) {
      facts_.path = result.path;
      locations_ = location_layers(world_.config, *facts_.server, facts_.path);
    } else if (result.kind == Rewritten::Kind::path) {
      mapped = true;
      return name_rewritten(result.path);
    }
    return true;
  }

  // False where the request ends there.
  bool take_rewritten(Rewritten& result) {
    pass_.steps.insert(pass_.steps.end(), result.steps.begin(), result.steps.end());
    if (!result.doubt.empty()) {
      return wonder("rewrite", "RewriteRule: " + result.doubt, result.doubt_place);
    }
    if (result.kind == Rewritten::Kind::unchanged) return true;
    pass_.rewritten = true;
    facts_.query = result.query;
    if (result.kind == Rewritten::Kind::status || result.kind == Rewritten::Kind::redirect) {
      pass_.location = result.location;
      pass_.location_known = result.location_known;
      return die(result.status);
    }
    return true;
  }

  // A path whose first segment is there on the disk is one of the disk, else one of DocumentRoot.
  bool name_rewritten(const std::string& path) {
    const std::string first = path.substr(0, path.find('/', 1));
    const auto root = document_root_of(world_, server_);
    if (world_.files.status(first)) {
      pass_.filename = path;
    } else if (root) {
      pass_.filename = (*root == "/" ? "" : *root) + without_double_slashes(path);
    } else {
      return wonder("mapping", "no DocumentRoot is set, and the one compiled in is not known");
    }
    pass_.steps.push_back({"mapped", pass_.filename, {}});
    return true;
  }

  bool find_file() {
    pass_.layers = server_;
    if (pass_.proxied) return find_proxy_sections();
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
      for (const Layer& layer : parent_->layers) {
        if (layer.walk == Walk::directory) stored.layers.push_back(layer);
      }
    }
    pass_.layers.insert(pass_.layers.end(), stored.layers.begin(), stored.layers.end());
    pass_.filename = stored.filename;
    pass_.path_info = stored.path_info;
    pass_.kind = stored.kind;
    pass_.readable = stored.readable;
    return true;
  }

  bool same_folder(const Stored& stored) const {
    if (parent_ == nullptr || stored.kind != FileKind::regular) return false;
    std::string_view folder = parent_->filename;
    if (parent_->kind != FileKind::directory) folder = folder.substr(0, folder.rfind('/') + 1);
    const std::string_view file = stored.filename;
    return folder == file.substr(0, file.rfind('/') + 1);
  }

  bool find_proxy_sections() {
    for (const Layer& layer : server_) {
      for (const Directive& d : layer.body) {
        if (d.section && (d.is("Proxy") || d.is("ProxyMatch"))) {
          return wonder("mapping", "<Proxy> is not evaluated", place_of(world_.config, d));
        }
      }
    }
    return true;
  }

  bool gather() {
    facts_.filename = pass_.filename;
    facts_.path_info = pass_.path_info;
    const Layers files =
        pass_.proxied ? Layers() : file_layers(pass_.layers, file_name(pass_.filename));
    pass_.layers.insert(pass_.layers.end(), files.begin(), files.end());
    pass_.layers.insert(pass_.layers.end(), locations_.begin(), locations_.end());
    if (!add_conditions(pass_.layers)) return false;
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
    if (parent_ != nullptr && same_sections(parent_->layers, pass_.layers)) {
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
    if (!pass_.proxied && !rewrite_in_section()) return;
    for (const char* name : {"Redirect", "RedirectMatch", "RedirectTemp", "RedirectPermanent"}) {
      for (const Found& found : all_in(pass_.layers, name)) {
        if (found.layer->walk == Walk::server) continue;
        wonder("mapping", "Redirect in a section is not evaluated", said(found).place);
        return;
      }
    }
    if (!pass_.proxied) choose_handler(world_, pass_);
  }

  // RewriteRule of a section or a .htaccess: false where the request ends or starts over.
  bool rewrite_in_section() {
    SectionRewrites rules = section_rewrites(pass_.layers);
    if (rules.scope.lines.empty()) return true;
    if (!rules.doubt.empty()) return wonder("rewrite", rules.doubt, rules.doubt_place);
    const Options options = options_of(pass_.layers);
    if (!options.has(Options::kFollow) && !options.has(Options::kOwnerMatch)) {
      pass_.steps.push_back({"RewriteRule", "403: Options lets no link be followed", {}});
      return die(403);
    }
    // httpd has not entered the folder yet.
    if (pass_.filename + "/" == rules.scope.directory) return true;
    rules.scope.filename = pass_.filename + pass_.path_info;
    Rewritten result = rewrite(rules.scope, facts_, pass_.layers);
    if (parent_ != nullptr && result.kind != Rewritten::Kind::unchanged && result.doubt.empty()) {
      return wonder("rewrite", "RewriteRule on an index file");
    }
    const std::string query = facts_.query;
    if (!take_rewritten(result)) return false;
    if (result.kind == Rewritten::Kind::unchanged || result.path == pass_.filename) return true;
    if (pass_.kind == FileKind::directory && !facts_.path.ends_with('/')) {
      return query == facts_.query || wonder("rewrite", "the query of a missing slash");
    }
    return start_over(rules, result);
  }

  bool start_over(const SectionRewrites& rules, const Rewritten& result) {
    std::string path = result.path;
    const auto root = document_root_of(world_, server_);
    if (!rules.base.empty()) {
      if (path.starts_with(rules.scope.directory)) {
        path = rules.base + (rules.base.ends_with('/') ? "" : "/") +
               path.substr(rules.scope.directory.size());
      }
    } else if (root && path.starts_with(*root + "/")) {
      path.erase(0, root->size());
    } else if (path.starts_with(rules.scope.directory)) {
      return wonder("rewrite", "a RewriteRule in a folder that an Alias leads to");
    }
    pass_.again = {path, facts_.query};
    return false;
  }

  const World& world_;
  RequestFacts& facts_;
  const Pass* parent_;
  Layers server_;
  Layers locations_;
  Pass pass_;
};

}  // namespace

Pass run_pass(const World& world, RequestFacts& facts, const std::string& raw_path,
              const Pass* parent) {
  return Runner(world, facts, parent).run(raw_path);
}

bool same_sections(const Layers& a, const Layers& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].section != b[i].section) return false;
  }
  return true;
}

}  // namespace stockade::conf
