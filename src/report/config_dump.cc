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

// Prints the files as httpd meets them. Of each it shows the line of the Include that it met last,
// be it this file's own or one between that found nothing.
class IncludePrinter {
 public:
  IncludePrinter(const Config& config, std::string& out) : config_(config), out_(out) {
    // Each Include's file has an origin, in the same order as the files.
    std::vector<conf::FileId> file_of(config.origins.size());
    std::vector<bool> included(config.files.size());
    for (const conf::IncludeRecord& record : config.includes) {
      for (const conf::FileId file : record.found) included[file] = true;
    }
    conf::FileId next = 0;
    for (conf::OriginId id = 0; id < config.origins.size(); ++id) {
      const Origin& origin = config.origins[id];
      if (origin.kind == Origin::Kind::command_line) {
        file_of[id] = origin.file;
        (origin.line == 0 ? before_ : behind_).push_back(origin.file);
      }
      if (origin.kind == Origin::Kind::macro) file_of[id] = file_of[origin.outer];
      if (origin.kind != Origin::Kind::include) continue;
      while (next < included.size() && !included[next]) ++next;
      file_of[id] = next++;
    }
    met_in_.resize(config.files.size());
    for (const conf::IncludeRecord& record : config.includes) {
      met_in_[file_of[record.origin]].push_back(&record);
    }
  }

  void print() {
    for (const conf::FileId file : before_) follow(file, 1);
    print_file(0, 1);
    for (const conf::FileId file : behind_) follow(file, 1);
  }

 private:
  void print_file(conf::FileId file, size_t depth) {
    fmt::format_to(std::back_inserter(out_), "{:{}}({}) {}\n", "", 2 * depth, line_,
                   config_.files[file]->path);
    follow(file, depth);
  }

  void follow(conf::FileId file, size_t depth) {
    for (const conf::IncludeRecord* record : met_in_[file]) {
      line_ = std::to_string(record->counted);
      for (const conf::FileId found : record->found) print_file(found, depth + 1);
    }
  }

  const Config& config_;
  std::string& out_;
  std::vector<conf::FileId> before_;
  std::vector<conf::FileId> behind_;
  std::vector<std::vector<const conf::IncludeRecord*>> met_in_;  // by FileId
  std::string line_ = "*";
};

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
  if (!config.files.empty()) IncludePrinter(config, out).print();
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
