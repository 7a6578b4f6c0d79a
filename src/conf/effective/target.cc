#include "conf/effective/target.h"

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/if_sections.h"
#include "conf/effective/rewrite_scope.h"
#include "conf/effective/translate.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

class TargetFinder {
 public:
  TargetFinder(const World& world, RequestFacts& facts, bool look, Pass& pass, Layers& locations)
      : world_(world), facts_(facts), look_(look), pass_(pass), locations_(locations) {}

  bool run(const std::string& raw) {
    server_ = pass_.layers;
    if (!decode(raw)) return false;
    if (find(raw)) return true;
    // A redirect ends within the sections of the first walk.
    if (pass_.status != 0 && pass_.known()) add_conditions();
    return false;
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

  bool add_conditions() {
    IfSections found = if_layers(pass_.layers, facts_);
    if (!found.doubt.empty()) return wonder("If", found.doubt, found.doubt_place);
    pass_.layers.insert(pass_.layers.end(), found.layers.begin(), found.layers.end());
    return true;
  }

  bool find(const std::string& raw) {
    locations_ = location_layers(world_.config, *facts_.server, facts_.path);
    pass_.layers.insert(pass_.layers.end(), locations_.begin(), locations_.end());
    const size_t unconditional = pass_.layers.size();
    const bool conditional = has_mapping_in_condition(pass_.layers);
    if (conditional && !add_conditions()) return false;
    bool mapped = false;
    if (!rewrite_in_server(mapped)) return leave(unconditional);
    if (mapped) return true;
    const Translated target = translate(world_, facts_, pass_.layers, raw);
    return take(target) || leave(unconditional);
  }

  // The caller adds the conditions that count for a request that ends here.
  bool leave(size_t unconditional) {
    pass_.layers.resize(unconditional);
    return false;
  }

  bool take(const Translated& target) {
    pass_.steps.insert(pass_.steps.end(), target.steps.begin(), target.steps.end());
    if (!target.doubt.empty()) return wonder("mapping", target.doubt, target.doubt_place);
    pass_.location = target.location;
    pass_.location_known = target.location_known;
    if (target.status != 0) return die(target.status);
    pass_.filename = target.filename;
    pass_.handler = target.handler;
    pass_.script_alias = target.script_alias;
    pass_.proxied = target.proxied;
    pass_.passed_to = target.passed_to;
    pass_.context_prefix = target.context_prefix;
    pass_.context_root = target.context_root;
    pass_.document_root = target.document_root;
    return true;
  }

  // The first walk evaluates conditions too, before there is a file.
  static bool has_mapping_in_condition(const Layers& layers) {
    for (const Layer& layer : layers) {
      if (holds_mapping(layer.body, false)) return true;
    }
    return false;
  }
  static bool holds_mapping(Children body, bool inside) {
    for (const Directive& d : body) {
      if (d.section && is_one_of(d.name, "If|ElseIf|Else")) {
        if (holds_mapping(children_of(d), true)) return true;
      } else if (inside && is_one_of(d.name,
                                     "Redirect|RedirectMatch|Alias|ScriptAlias|ProxyPass|"
                                     "RedirectRelative|AliasPreservePath|RewriteEngine")) {
        return true;
      }
    }
    return false;
  }

  // RewriteRule of the server itself; `mapped` where it names the file.
  bool rewrite_in_server(bool& mapped) {
    RewriteScope scope = server_rewrites(server_, pass_.layers);
    if (scope.lines.empty() || facts_.rewriting_ended) return true;
    scope.filename = facts_.path;
    scope.look = look_;
    Rewritten result = rewrite(world_, scope, facts_, pass_.layers);
    if (!take_rewritten(result, facts_, pass_)) return false;
    if (result.kind == Rewritten::Kind::passed_on) {
      facts_.path = result.path;
      locations_ = location_layers(world_.config, *facts_.server, facts_.path);
    } else if (result.kind == Rewritten::Kind::proxied) {
      mapped = true;
      pass_on(result.path, result.location_known);
    } else if (result.kind == Rewritten::Kind::path) {
      mapped = true;
      return name_file(result);
    }
    return true;
  }

  void pass_on(const std::string& url, bool known) {
    pass_.proxied = true;
    pass_.handler = "proxy-server";
    pass_.filename = "proxy:" + url;
    pass_.passed_to = known && escape_path(url) == url ? url : "";
  }

  // A path whose first segment is there on the disk is one of the disk, else one of DocumentRoot.
  bool name_file(const Rewritten& result) {
    const std::string& path = result.path;
    if (path.starts_with("/~")) return wonder("mapping", "a RewriteRule to a user's folder");
    const size_t begin = path.find_first_not_of('/');
    const std::string first =
        begin == std::string::npos ? "/" : "/" + path.substr(begin, path.find('/', begin) - begin);
    const auto root = document_root_of(world_, server_);
    // What comes from the request may not choose the place, unless the rule allows it.
    const bool trusted = result.last_target.empty() || result.any_prefix ||
                         result.last_target.starts_with(first) || (root && path.starts_with(*root));
    if (trusted && world_.files.status(first)) {
      pass_.filename = path;
    } else if (root) {
      pass_.filename = (*root == "/" ? "" : *root) + without_double_slashes(path);
    } else {
      return wonder("mapping", "no DocumentRoot is set, and the one compiled in is not known");
    }
    pass_.steps.push_back({"mapped", pass_.filename, {}});
    return true;
  }

  const World& world_;
  RequestFacts& facts_;
  bool look_;
  Pass& pass_;
  Layers& locations_;
  Layers server_;
};

}  // namespace

bool find_target(const World& world, RequestFacts& facts, const std::string& raw, bool look,
                 Pass& pass, Layers& locations) {
  return TargetFinder(world, facts, look, pass, locations).run(raw);
}

bool take_rewritten(Rewritten& result, RequestFacts& facts, Pass& pass) {
  pass.steps.insert(pass.steps.end(), result.steps.begin(), result.steps.end());
  if (!result.doubt.empty()) {
    pass.doubts.push_back({"rewrite", "RewriteRule: " + result.doubt, result.doubt_place});
    return false;
  }
  if (result.ended) facts.rewriting_ended = true;
  if (!result.handler.empty()) pass.forced_handler = result.handler;
  if (result.drops_path_info) facts.path_info.clear();
  if (result.kind == Rewritten::Kind::unchanged) {
    if (result.query != facts.query) facts.query = result.query;
    return true;
  }
  pass.rewritten = true;
  facts.query = result.query;
  if (result.kind == Rewritten::Kind::status || result.kind == Rewritten::Kind::redirect) {
    pass.location = result.location;
    pass.location_known = result.location_known;
    pass.status = result.status;
    return false;
  }
  return true;
}

}  // namespace stockade::conf
