// `config grep`.
#include <fmt/format.h>

#include "conf/lines.h"
#include "conf/words.h"
#include "report/config_dump.h"
#include "report/json.h"

namespace stockade::report {

namespace {

using conf::Config;
using conf::Directive;

struct Occurrence {
  std::string file;
  uint32_t line = 0;
  std::string text;                 // name and arguments
  std::vector<std::string> inside;  // "<VirtualHost *:80>", outermost first
  std::string module;               // empty: no loaded module owns it
  std::string macro;                // the macro it came through
  std::string skipped;              // "<IfModule mod_x.c>": why httpd does not see it
};

std::string_view bare_name(std::string_view name) {
  if (name.starts_with('<')) name.remove_prefix(1);
  if (name.ends_with('>')) name.remove_suffix(1);
  return name;
}

std::string tag(std::string_view name, std::string_view args) {
  return fmt::format("<{}{}{}{}", name, args.empty() || args == ">" ? "" : " ", args,
                     args.ends_with('>') ? "" : ">");
}

Occurrence seen(const Config& config, const Directive& d) {
  Occurrence found{config.file_of(d).path, d.line, "", {}, "", "", ""};
  found.text = d.section ? tag(d.name, d.args) : fmt::format("{} {}", d.name, d.args);
  for (const Directive* at = d.parent; at != nullptr; at = at->parent) {
    found.inside.insert(found.inside.begin(), tag(at->name, at->args));
  }
  if (d.info != nullptr) found.module = d.info->module;
  const conf::Origin& origin = config.origins[d.origin];
  if (origin.kind == conf::Origin::Kind::macro) found.macro = origin.name;
  return found;
}

void collect_effective(const Config& config, const Directive* first, std::string_view name,
                       std::vector<Occurrence>& found) {
  for (const Directive* d = first; d != nullptr; d = d->next) {
    if (d->is(name)) found.push_back(seen(config, *d));
    collect_effective(config, d->first_child, name, found);
  }
}

// Read-time directives stand in no tree; the index has them.
void collect_read_time(const Config& config, std::string_view name,
                       std::vector<Occurrence>& found) {
  for (const auto list : {config.all(name), config.all_sections(name)}) {
    for (const Directive* d : list) {
      if (d->info != nullptr && d->info->read_time) found.push_back(seen(config, *d));
    }
  }
}

void collect_skipped(const Config& config, const conf::SkippedBlock& block, std::string_view name,
                     std::vector<Occurrence>& found) {
  const conf::SourceFile& file = config.file(block.file);
  const auto begin = static_cast<uint32_t>(block.inside.data() - file.bytes.data());
  const uint32_t lines_before = file.line_of(begin) - 1;
  conf::SourceFile inside;
  inside.bytes = block.inside;
  conf::LineReader reader(inside, 0);
  Arena arena;
  for (conf::LogicalLine line; reader.next(line);) {
    if (line.text.empty() || line.text.front() == '#') continue;
    conf::WordScanner scanner(line.text, arena);
    conf::ScannedWord word;
    if (!scanner.next(word) || !equals_ignoring_case(bare_name(word.text), name)) continue;
    found.push_back({file.path,
                     lines_before + line.line,
                     std::string(line.text),
                     {},
                     "",
                     "",
                     tag(block.section, block.condition)});
  }
}

std::vector<Occurrence> collect(const Config& config, std::string_view name) {
  const std::string_view bare = bare_name(name);
  std::vector<Occurrence> found;
  collect_effective(config, config.root, bare, found);
  collect_read_time(config, bare, found);
  for (const conf::SkippedBlock& block : config.skipped) {
    collect_skipped(config, block, bare, found);
  }
  return found;
}

std::string section_path(const Occurrence& found) {
  return fmt::format("{}", fmt::join(found.inside, " "));
}

}  // namespace

std::string config_grep(const Config& config, std::string_view name) {
  std::string out;
  for (const Occurrence& found : collect(config, name)) {
    fmt::format_to(std::back_inserter(out), "{}:{}: {}", found.file, found.line, found.text);
    if (!found.inside.empty()) {
      fmt::format_to(std::back_inserter(out), "  in {}", section_path(found));
    }
    if (!found.skipped.empty()) {
      fmt::format_to(std::back_inserter(out), "  [skipped: {} does not hold]", found.skipped);
    } else {
      fmt::format_to(std::back_inserter(out), "  [{}]",
                     found.module.empty() ? "no module known" : found.module);
    }
    if (!found.macro.empty()) fmt::format_to(std::back_inserter(out), "  by {}", found.macro);
    out += '\n';
  }
  return out;
}

std::string config_grep_json(const Config& config, std::string_view name) {
  Json json;
  json["schema"] = "stockade/config-grep/1";
  json["name"] = bare_name(name);
  json["occurrences"] = Json::array();
  for (const Occurrence& found : collect(config, name)) {
    json["occurrences"].push_back({{"file", found.file},
                                   {"line", found.line},
                                   {"text", found.text},
                                   {"sections", found.inside},
                                   {"module", found.module},
                                   {"macro", found.macro},
                                   {"effective", found.skipped.empty()},
                                   {"skipped_by", found.skipped}});
  }
  return dump(json, 2) + "\n";
}

}  // namespace stockade::report
