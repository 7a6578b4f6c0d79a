#include "conf/config.h"

#include <algorithm>

namespace stockade::conf {

uint32_t SourceFile::line_of(uint32_t offset) const {
  const auto after = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
  return static_cast<uint32_t>(std::max<std::ptrdiff_t>(after - line_starts.begin(), 1));
}

uint32_t SourceFile::column_of(uint32_t offset) const {
  if (line_starts.empty()) return offset + 1;
  return offset - line_starts[line_of(offset) - 1] + 1;
}

std::string_view SourceFile::line(uint32_t number) const {
  if (number == 0 || number > line_starts.size()) return {};
  const uint32_t begin = line_starts[number - 1];
  std::string_view text = std::string_view(bytes).substr(begin);
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

bool Directive::has_arg(std::string_view text) const {
  return std::any_of(words.begin(), words.end(),
                     [&](const Word& word) { return equals_ignoring_case(word.text, text); });
}

const Directive* Directive::enclosing(std::string_view section_name) const {
  for (const Directive* at = parent; at != nullptr; at = at->parent) {
    if (at->is(section_name)) return at;
  }
  return nullptr;
}

Config::Config() : by_id_(directive_id_count()) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

void Config::index_directive(const Directive* d) {
  if (d->id == kUnknownDirective) {
    unknown_.push_back(d);
  } else {
    by_id_[d->id].push_back(d);
  }
}

std::span<const Directive* const> Config::all(std::string_view name) const {
  const DirectiveId id = directive_id(name, false);
  if (id == kUnknownDirective) return {};
  return by_id_[id];
}

void Config::find_outside_hosts() {
  outside_hosts_.clear();
  for (const Directive& d : top()) {
    if (!d.section || !d.is("VirtualHost")) outside_hosts_.push_back(&d);
  }
  outside_hosts_.push_back(nullptr);
}

std::span<const Directive* const> Config::all_sections(std::string_view name) const {
  const DirectiveId id = directive_id(name, true);
  if (id == kUnknownDirective) return {};
  return by_id_[id];
}

bool Config::has_module(std::string_view name) const {
  const ModuleInfo* known = find_module(name);
  const std::string_view identifier = known != nullptr ? known->identifier : name;
  return std::any_of(modules.begin(), modules.end(),
                     [&](const LoadedModule& module) { return module.identifier == identifier; });
}

const Problem* Config::verdict() const {
  for (const int pass : {1, 2}) {
    for (const Problem& problem : problems) {
      if (problem.kind == Problem::Kind::error && problem.pass == pass) return &problem;
    }
  }
  return nullptr;
}

}  // namespace stockade::conf
