#include "conf/effective/sections.h"

#include <algorithm>

#include "base/pattern.h"
#include "base/text.h"
#include "conf/effective/glob.h"
#include "conf/effective/uri.h"
#include "conf/wildcard.h"

namespace stockade::conf {

namespace {

bool is_expression(const Directive& d) {
  return ends_with_ignoring_case(d.name, "Match") || d.arg(0) == "~";
}
std::string_view argument_of(const Directive& d) {
  return d.arg(!ends_with_ignoring_case(d.name, "Match") && d.arg(0) == "~" ? 1 : 0);
}

bool matches_expression(std::string_view expression, std::string_view text) {
  const auto pattern = Pattern::compile(expression);
  return pattern && pattern->matches(text);
}

template <class Action>
void for_each_section(const Config& config, const Server& server, std::string_view name,
                      const Action& action) {
  const std::string match = std::string(name) + "Match";
  const auto visit = [&](Children body) {
    for (const Directive& d : body) {
      if (d.section && (d.is(name) || d.is(match))) action(d);
    }
  };
  visit(config.outside_hosts());
  if (!server.is_main()) visit(children_of(*server.section));
}

}  // namespace

Layer layer_of(Walk walk, const Config& config, const Directive& section) {
  const std::string_view inside = section.args.substr(0, section.args.rfind('>'));
  return {walk,     std::string(section.name), std::string(trim(inside)), &config,
          &section, children_of(section)};
}

Children body_of(const Config& config, const Server& server) {
  return server.is_main() ? config.outside_hosts() : children_of(*server.section);
}

DirectorySections directory_sections(const Config& config, const Server& server) {
  DirectorySections found;
  for_each_section(config, server, "Directory", [&](const Directive& d) {
    DirectorySections::Entry entry{&d, std::string(argument_of(d)), 0, false};
    if (is_expression(d)) {
      found.expressions.push_back(std::move(entry));
      return;
    }
    entry.pattern = has_wildcard(entry.path);
    if (!entry.pattern) entry.path = normal_path(entry.path);
    if (!entry.path.ends_with('/')) entry.path += '/';
    entry.depth = static_cast<uint32_t>(std::count(entry.path.begin(), entry.path.end(), '/'));
    found.by_depth.push_back(std::move(entry));
  });
  std::stable_sort(found.by_depth.begin(), found.by_depth.end(),
                   [](const auto& a, const auto& b) { return a.depth < b.depth; });
  return found;
}

bool applies_to(const DirectorySections::Entry& entry, std::string_view directory) {
  return entry.pattern ? matches_path(entry.path, directory) : entry.path == directory;
}
bool expression_matches(const DirectorySections::Entry& entry, std::string_view path) {
  return matches_expression(entry.path, path);
}

Layers server_layers(const Config& config, const Server& server) {
  Layers layers;
  layers.push_back({Walk::server, "server", "", &config, nullptr, config.outside_hosts()});
  if (!server.is_main()) {
    layers.push_back(layer_of(Walk::server, config, *server.section));
  }
  return layers;
}

Layers location_layers(const Config& config, const Server& server, std::string_view path) {
  Layers layers;
  const std::string merged = without_double_slashes(path);
  for_each_section(config, server, "Location", [&](const Directive& d) {
    const std::string_view wanted = argument_of(d);
    bool matches = false;
    if (is_expression(d)) {
      matches = matches_expression(wanted, path);
    } else if (has_wildcard(wanted)) {
      matches = matches_path(wanted, merged);
    } else if (merged.starts_with(wanted)) {
      matches = wanted.empty() || wanted.ends_with('/') || merged.size() == wanted.size() ||
                merged[wanted.size()] == '/';
    }
    if (matches) layers.push_back(layer_of(Walk::location, config, d));
  });
  return layers;
}

Layers proxy_layers(const Config& config, const Server& server, std::string_view url) {
  Layers layers;
  for_each_section(config, server, "Proxy", [&](const Directive& d) {
    const std::string_view wanted = argument_of(d);
    const bool matches = is_expression(d)       ? matches_expression(wanted, url)
                         : has_wildcard(wanted) ? matches_text(wanted, url)
                                                : url.starts_with(wanted);
    if (matches) layers.push_back(layer_of(Walk::directory, config, d));
  });
  return layers;
}

Layers file_layers(const Layers& around, std::string_view name) {
  Layers layers;
  for (const Layer& layer : around) {
    for (const Directive& d : layer.body) {
      if (!d.section || !(d.is("Files") || d.is("FilesMatch"))) continue;
      const std::string_view wanted = argument_of(d);
      const bool matches = is_expression(d)       ? matches_expression(wanted, name)
                           : has_wildcard(wanted) ? matches_path(wanted, name)
                                                  : wanted == name;
      if (matches) layers.push_back(layer_of(Walk::files, *layer.config, d));
    }
  }
  return layers;
}

}  // namespace stockade::conf
