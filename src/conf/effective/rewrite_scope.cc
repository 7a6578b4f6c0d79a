#include "conf/effective/rewrite_scope.h"

#include "base/file_system.h"
#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/wildcard.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kOurs =
    "RewriteEngine|RewriteRule|RewriteCond|RewriteOptions|RewriteBase|RewriteMap";

// What mod_rewrite keeps of a server or a section, and of several merged.
struct Rules {
  bool present = false;
  std::optional<bool> on;
  std::optional<std::vector<std::string>> options;
  std::vector<Found> lines;
  std::vector<Found> maps;
  std::string base;
  const Layer* layer = nullptr;

  bool has(std::string_view option) const {
    if (!options) return false;
    for (const std::string& each : *options) {
      if (equals_ignoring_case(each, option)) return true;
    }
    return false;
  }
};

Rules own_rules(const Layer& layer) {
  Rules own;
  own.layer = &layer;
  for (const Directive& d : layer.body) {
    if (d.section || !is_one_of(d.name, kOurs)) continue;
    own.present = true;
    if (d.is("RewriteEngine")) own.on = d.has_arg("On");
    if (d.is("RewriteBase")) own.base = d.arg(0);
    if (d.is("RewriteMap")) own.maps.push_back({&d, &layer});
    if (d.is("RewriteRule") || d.is("RewriteCond")) own.lines.push_back({&d, &layer});
    if (!d.is("RewriteOptions")) continue;
    if (!own.options) own.options.emplace();
    for (const Word& word : d.words) own.options->emplace_back(word.text);
  }
  return own;
}

// Of a server only the switch counts for its sections.
Rules own_switch(const Layer& layer) {
  Rules own;
  own.on = own_rules(layer).on;
  own.present = own.on.has_value();
  own.layer = &layer;
  return own;
}

void append(std::vector<Found>& to, const std::vector<Found>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// The inner one's rules stand alone, behind the outer's or before them.
Rules merge(const Rules& base, Rules inner, bool down) {
  if (!inner.present) return base;
  if (!base.present) return inner;
  if (!inner.on) inner.on = base.on;
  if (!inner.options) inner.options = base.options;
  const bool ignores = inner.has("IgnoreInherit");
  const bool behind = inner.has("Inherit") || (down && base.has("InheritDown") && !ignores);
  const bool before =
      inner.has("InheritBefore") || (down && base.has("InheritDownBefore") && !ignores);
  if (inner.base.empty() && inner.has("MergeBase")) inner.base = base.base;
  if (behind || before) {
    std::vector<Found> lines = behind ? inner.lines : base.lines;
    append(lines, behind ? base.lines : inner.lines);
    inner.lines = std::move(lines);
    append(inner.maps, base.maps);
  }
  return inner;
}

// httpd merges what each walk found first, and that over the rest.
Rules merge_sections(const Layers& layers) {
  Rules result;
  for (size_t at = 0; at < layers.size();) {
    const Walk walk = layers[at].walk;
    Rules of_walk;
    for (; at < layers.size() && layers[at].walk == walk; ++at) {
      Rules own = walk == Walk::server ? own_switch(layers[at]) : own_rules(layers[at]);
      of_walk = merge(of_walk, std::move(own), true);
    }
    result = merge(result, std::move(of_walk), true);
  }
  return result;
}

bool has_any_line(Children body) {
  for (const Directive& d : body) {
    if (d.section ? has_any_line(children_of(d)) : is_one_of(d.name, kOurs)) return true;
  }
  return false;
}

Rules merge_servers(const Layers& server) {
  Rules result;
  for (const Layer& layer : server) {
    Rules own = own_rules(layer);
    // A line in one of its sections makes a virtual host's configuration its own as well.
    own.present = own.present || (layer.section != nullptr && has_any_line(layer.body));
    // Nothing is done for a virtual host without any line of the module.
    if (!own.present && result.present) result.lines.clear();
    result = merge(result, std::move(own), true);
  }
  return result;
}

bool any_rule(const std::vector<Found>& lines) {
  for (const Found& line : lines) {
    if (line.directive->is("RewriteRule")) return true;
  }
  return false;
}

// What httpd takes for the folder's name, which need not be one.
std::string directory_of(const Layer& layer) {
  std::string directory;
  if (layer.kind == ".htaccess") {
    directory = parent_path(layer.name);
  } else if (layer.walk == Walk::condition) {
    directory = "*If";
  } else {
    const Directive& section = *layer.section;
    const bool tilde = section.words.size() > 1 && section.arg(0) == "~";
    directory = section.arg(tilde ? 1 : 0);
    if (section.is("Directory") && !tilde && !has_wildcard(directory)) {
      directory = normal_path(directory);
    }
  }
  if (!directory.ends_with('/')) directory += '/';
  return directory;
}

}  // namespace

RewriteScope server_rewrites(const Layers& server, const Layers& layers) {
  const Rules rules = merge_servers(server);
  const Found engine = last_in(layers, "RewriteEngine");
  RewriteScope scope;
  scope.maps = rules.maps;
  if (engine && engine.directive->has_arg("On") && any_rule(rules.lines)) scope.lines = rules.lines;
  return scope;
}

SectionRewrites section_rewrites(const Layers& server, const Layers& layers) {
  SectionRewrites found;
  const Rules rules = merge_sections(layers);
  if (!rules.present || !rules.on.value_or(false) || !any_rule(rules.lines)) return found;
  found.scope.lines = rules.lines;
  found.scope.maps = merge_servers(server).maps;
  found.scope.base = rules.base;
  found.scope.directory = directory_of(*rules.layer);
  found.any_name = rules.has("AllowNoSlash");
  found.own_names = !rules.has("IgnoreContextInfo");
  return found;
}

std::optional<std::string> document_root_of(const World& world, const Layers& server) {
  const Found root = last_in(server, "DocumentRoot");
  if (!root) return std::nullopt;
  return absolute_path(world.config.server_root, root.directive->arg(0));
}

}  // namespace stockade::conf
