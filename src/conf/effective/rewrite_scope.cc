#include "conf/effective/rewrite_scope.h"

#include "base/file_system.h"
#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/wildcard.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kOurs =
    "RewriteEngine|RewriteRule|RewriteCond|RewriteOptions|RewriteBase";

bool is_on(const Layers& layers) {
  const Found engine = last_in(layers, "RewriteEngine");
  return engine && engine.directive->has_arg("On");
}

std::vector<Found> rules_of(const Layer& layer) {
  std::vector<Found> lines;
  bool any = false;
  for (const Directive& d : layer.body) {
    if (d.section || !is_one_of(d.name, "RewriteRule|RewriteCond")) continue;
    lines.push_back({&d, &layer});
    any = any || d.is("RewriteRule");
  }
  return any ? lines : std::vector<Found>();
}

const Layer* innermost_section(const Layers& layers) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (layer->walk == Walk::server) continue;
    for (const Directive& d : layer->body) {
      if (!d.section && is_one_of(d.name, kOurs)) return &*layer;
    }
  }
  return nullptr;
}

}  // namespace

RewriteScope server_rewrites(const Layers& server) {
  if (!is_on(server)) return {};
  RewriteScope scope;
  scope.lines = rules_of(server.back());
  // Rules of the main server alone count only where they are inherited.
  if (scope.lines.empty() && inherited_rewrites(server)) scope.lines = rules_of(server.front());
  return scope;
}

Found inherited_rewrites(const Layers& server) {
  return server.size() > 1 ? last_in(server, "RewriteOptions") : Found{};
}

SectionRewrites section_rewrites(const Layers& layers) {
  SectionRewrites rules;
  const Layer* layer = innermost_section(layers);
  if (layer == nullptr || !is_on(layers)) return rules;
  rules.scope.lines = rules_of(*layer);
  if (const Found options = last_in(layers, "RewriteOptions")) {
    rules.scope.lines = all_in(layers, "RewriteRule");
    rules.doubt = "RewriteOptions is not evaluated";
    rules.doubt_place = said(options).place;
    return rules;
  }
  if (rules.scope.lines.empty()) return rules;
  const bool htaccess = layer->kind == ".htaccess";
  std::string directory = htaccess ? std::string(parent_path(layer->name)) : "";
  if (layer->kind == "Directory" && layer->section->words.size() == 1 &&
      !has_wildcard(layer->section->arg(0))) {
    directory = normal_path(layer->section->arg(0));
  }
  if (directory.empty()) {
    rules.doubt = "RewriteRule in <" + layer->kind + "> is not evaluated";
    rules.doubt_place = said(rules.scope.lines[0]).place;
    return rules;
  }
  if (!directory.ends_with('/')) directory += '/';
  rules.scope.directory = std::move(directory);
  if (const Found base = last_in(layers, "RewriteBase")) rules.base = base.directive->arg(0);
  return rules;
}

std::optional<std::string> document_root_of(const World& world, const Layers& server) {
  const Found root = last_in(server, "DocumentRoot");
  if (!root) return std::nullopt;
  return absolute_path(world.config.server_root, root.directive->arg(0));
}

}  // namespace stockade::conf
