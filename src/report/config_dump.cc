// `config dump` and `config includes`.
#include "report/config_dump.h"

#include <fmt/format.h>

#include "report/json.h"

namespace stockade::report {

namespace {

using conf::Config;
using conf::Directive;
using conf::Origin;

// What httpd prints as the file: of a macro's line, the macro and its use.
std::string_view shown_source(const Config& config, const Directive& d) {
  const Origin& origin = config.origins[d.origin];
  return origin.kind == Origin::Kind::macro ? origin.name
                                            : std::string_view(config.file_of(d).path);
}

// As the module that owns it spells it.
std::string_view canonical_name(const Directive& d) { return d.info ? d.info->name : d.name; }

class TreePrinter {
 public:
  TreePrinter(const Config& config, std::string& out) : config_(config), out_(out) {}

  void print(const Directive* first, size_t depth) {
    for (const Directive* d = first; d != nullptr; d = d->next) {
      print_line(*d, depth);
      if (d->first_child == nullptr) continue;  // httpd shows no end of an empty section
      print(d->first_child, depth + 1);
      print_place(shown_source(config_, *d));
      fmt::format_to(std::back_inserter(out_), "{:{}}</{}>\n", "", depth * 2, canonical_name(*d));
    }
  }

 private:
  void print_place(std::string_view source) {
    if (source == last_source_) return;
    last_source_ = source;
    fmt::format_to(std::back_inserter(out_), "# In file: {}\n", source);
  }

  void print_line(const Directive& d, size_t depth) {
    print_place(shown_source(config_, d));
    fmt::format_to(std::back_inserter(out_), "{:{}}#{:>4}:\n{:{}}{}{} {}\n", "", depth * 2,
                   d.counted, "", depth * 2, d.section ? "<" : "", canonical_name(d), d.args);
  }

  const Config& config_;
  std::string& out_;
  std::string_view last_source_;
};

Json tree_to_json(const Config& config, const Directive* first) {
  Json list = Json::array();
  for (const Directive* d = first; d != nullptr; d = d->next) {
    Json node;
    node["name"] = canonical_name(*d);
    node["args"] = d->args;
    node["file"] = config.file_of(*d).path;
    node["line"] = d->line;
    const Origin& origin = config.origins[d->origin];
    if (origin.kind == Origin::Kind::macro) node["macro"] = origin.name;
    if (d->section) node["children"] = tree_to_json(config, d->first_child);
    list.push_back(std::move(node));
  }
  return list;
}

Json verdict_to_json(const Config& config) {
  const conf::Problem* problem = config.verdict();
  if (problem == nullptr) return nullptr;
  return {{"file", problem->where}, {"line", problem->counted}, {"message", problem->message}};
}

// How many Includes lie between the main file and a line.
size_t include_depth(const Config& config, conf::OriginId at) {
  size_t depth = 0;
  for (; at != 0; at = config.origins[at].outer) {
    if (config.origins[at].kind == Origin::Kind::include) ++depth;
  }
  return depth;
}

// The Include that brought each file, by FileId; null for the main file.
std::vector<const conf::IncludeRecord*> includers(const Config& config) {
  std::vector<const conf::IncludeRecord*> by_file(config.files.size());
  for (const conf::IncludeRecord& record : config.includes) {
    for (const conf::FileId file : record.found) by_file[file] = &record;
  }
  return by_file;
}

}  // namespace

std::string config_dump(const Config& config) {
  std::string out;
  TreePrinter(config, out).print(config.root, 0);
  return out;
}

std::string config_dump_json(const Config& config) {
  Json json;
  json["schema"] = "stockade/config-dump/1";
  json["error"] = verdict_to_json(config);
  json["directives"] = tree_to_json(config, config.root);
  return dump(json, 2) + "\n";
}

std::string config_includes(const Config& config) {
  std::string out = "Included configuration files:\n";
  const auto by_file = includers(config);
  for (conf::FileId file = 0; file < config.files.size(); ++file) {
    if (by_file[file] == nullptr) {
      // Files are numbered in the order read; what nobody included is the command line's own text.
      if (file == 0) fmt::format_to(std::back_inserter(out), "  (*) {}\n", config.files[0]->path);
      continue;
    }
    const conf::IncludeRecord& record = *by_file[file];
    fmt::format_to(std::back_inserter(out), "{:{}}({}) {}\n", "",
                   4 + 2 * include_depth(config, record.origin), record.counted,
                   config.files[file]->path);
  }
  return out;
}

std::string config_includes_json(const Config& config) {
  Json json;
  json["schema"] = "stockade/config-includes/1";
  json["main"] = config.files.empty() ? "" : config.files[0]->path;
  json["includes"] = Json::array();
  for (const conf::IncludeRecord& record : config.includes) {
    Json files = Json::array();
    for (const conf::FileId file : record.found) files.push_back(config.files[file]->path);
    json["includes"].push_back({{"file", config.file(record.file).path},
                                {"line", record.line},
                                {"depth", include_depth(config, record.origin)},
                                {"optional", record.optional},
                                {"pattern", record.pattern},
                                {"found", std::move(files)}});
  }
  return dump(json, 2) + "\n";
}

}  // namespace stockade::report
