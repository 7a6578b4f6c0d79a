#include "conf/variables.h"

namespace stockade::conf {

Variables::Variables(const Environment& environment)
    : names_(environment.defines.begin(), environment.defines.end()),
      environment_(environment.variables.begin(), environment.variables.end()) {}

void Variables::define(std::string_view name, const std::string* value,
                       const Directive* directive) {
  names_.emplace(name);
  if (value != nullptr) values_.insert_or_assign(std::string(name), Definition{*value, directive});
}

void Variables::undefine(std::string_view name) {
  if (const auto found = names_.find(name); found != names_.end()) names_.erase(found);
  if (const auto found = values_.find(name); found != values_.end()) values_.erase(found);
}

bool Variables::is_defined(std::string_view name) const { return names_.contains(name); }

const std::string* Variables::find(std::string_view name) const {
  if (const auto found = values_.find(name); found != values_.end()) return &found->second.value;
  if (const auto found = environment_.find(name); found != environment_.end()) {
    return &found->second;
  }
  return nullptr;
}

bool expand(LogicalLine& line, const Variables& variables, std::string& text, LineMap& map,
            std::vector<UndefinedVariable>& undefined, Arena& arena) {
  const std::string_view raw = line.text;
  size_t open = raw.find("${");
  if (open == std::string_view::npos || raw.find('}', open) == std::string_view::npos) return true;
  text.clear();
  map.clear();
  size_t copied = 0;
  auto copy_to = [&](size_t end) {
    if (end <= copied) return;
    // A joined line has a map of its own: one segment a piece keeps positions exact enough.
    if (line.map == nullptr) {
      map.literal(text.size(), line.source_begin(copied));
    } else {
      for (size_t i = copied; i < end; ++i) {
        if (i == copied || line.source_begin(i) != line.source_begin(i - 1) + 1) {
          map.literal(text.size() + (i - copied), line.source_begin(i));
        }
      }
    }
    text.append(raw.substr(copied, end - copied));
    copied = end;
  };
  while (open != std::string_view::npos) {
    const size_t close = raw.find('}', open + 2);
    if (close == std::string_view::npos) break;
    const std::string_view name = raw.substr(open + 2, close - open - 2);
    const uint32_t source = line.source_begin(open);
    const uint32_t length = line.source_end(close + 1) - source;
    if (const std::string* value = variables.find(name)) {
      copy_to(open);
      if (!value->empty()) map.replaced(text.size(), source, length);
      if (text.size() + value->size() > kMaxLineLength) return false;
      text += *value;
      copied = close + 1;
    } else if (name.find(':') == std::string_view::npos) {
      // "${map:key}" belongs to mod_rewrite and is no variable.
      undefined.push_back({arena.copy(name), line.file, 0, source, length});
    }
    open = raw.find("${", close + 1);
  }
  copy_to(raw.size());
  line.text = text;
  if (map.empty()) map.literal(0, line.offset);
  line.map = &map;
  return true;
}

}  // namespace stockade::conf
