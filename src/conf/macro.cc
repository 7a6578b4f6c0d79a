#include "conf/macro.h"

#include <algorithm>

namespace stockade::conf {

namespace {

struct Hit {
  size_t at = std::string::npos;
  size_t parameter = 0;
};

Hit next_parameter(const Macro& macro, std::string_view text, size_t from) {
  Hit best;
  for (size_t i = 0; i < macro.parameters.size(); ++i) {
    const size_t at = text.find(macro.parameters[i], from);
    if (at == std::string_view::npos) continue;
    const bool longer = macro.parameters[i].size() > macro.parameters[best.parameter].size();
    if (best.at == std::string::npos || at < best.at || (at == best.at && longer)) best = {at, i};
  }
  return best;
}

void copy_segments(const MacroLine& line, size_t begin, size_t end, size_t target, LineMap& map) {
  if (begin >= end) return;
  map.literal(target, line.map.begin_of(begin));
  for (const LineMap::Segment& segment : line.map.segments()) {
    if (segment.at > begin && segment.at < end) {
      map.literal(target + segment.at - begin, segment.source);
    }
  }
}

// What replaces an "@parameter": quoted, unless it is the parameter's own name.
std::string replacement_for(const std::string& parameter, const std::string& argument) {
  if (parameter.front() != '@' || parameter == argument) return argument;
  std::string text = "\"";
  for (const char c : argument) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace

bool substitute(const Macro& macro, const MacroLine& line,
                const std::vector<std::string>& arguments, std::string& text, LineMap& map) {
  text.clear();
  map.clear();
  std::string rest = line.text;  // not yet looked at; `consumed` bytes of the line lie before it
  size_t consumed = 0;
  size_t inserted = 0;  // leading bytes of `rest` that came from an argument
  for (Hit hit = next_parameter(macro, rest, 0); hit.at != std::string::npos;
       hit = next_parameter(macro, rest, 0)) {
    const std::string& parameter = macro.parameters[hit.parameter];
    const std::string& argument = arguments[hit.parameter];
    const size_t literal = hit.at > inserted ? hit.at - inserted : 0;
    copy_segments(line, consumed, consumed + literal, text.size() + hit.at - literal, map);
    const size_t end = hit.at + parameter.size();
    const size_t used = end > inserted ? end - std::max(inserted, hit.at) : 0;
    const uint32_t source = line.map.begin_of(std::min(consumed + literal, line.text.size()));
    const std::string value = replacement_for(parameter, argument);
    text.append(rest, 0, hit.at);
    const size_t length = text.size() + value.size() + rest.size() - end;
    if (parameter != argument && length > kMaxMacroLine) return false;
    if (!value.empty()) {
      map.replaced(text.size(), source, static_cast<uint32_t>(std::max<size_t>(used, 1)));
    }
    inserted = end > inserted ? 0 : inserted - end;
    consumed += literal + used;
    // httpd goes on behind as many bytes as the argument has, quotes and escapes not counted, and
    // so looks once more at the end of a quoted one.
    text += value.substr(0, argument.size());
    const std::string again = value.substr(argument.size());
    rest = again + rest.substr(end);
    inserted += again.size();
  }
  if (rest.size() > inserted) {
    copy_segments(line, consumed, line.text.size(), text.size() + inserted, map);
  }
  text += rest;
  if (map.empty()) map.literal(0, line.map.empty() ? 0 : line.map.begin_of(0));
  return true;
}

}  // namespace stockade::conf
