#include "conf/macro.h"

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

}  // namespace

void substitute(const Macro& macro, const MacroLine& line,
                const std::vector<std::string>& arguments, std::string& text, LineMap& map) {
  text.clear();
  map.clear();
  size_t copied = 0;
  for (Hit hit = next_parameter(macro, line.text, 0); hit.at != std::string::npos;
       hit = next_parameter(macro, line.text, copied)) {
    const size_t length = macro.parameters[hit.parameter].size();
    copy_segments(line, copied, hit.at, text.size(), map);
    text.append(line.text, copied, hit.at - copied);
    const uint32_t source = line.map.begin_of(hit.at);
    if (!arguments[hit.parameter].empty()) {
      map.replaced(text.size(), source, static_cast<uint32_t>(length));
    }
    text += arguments[hit.parameter];
    copied = hit.at + length;
  }
  copy_segments(line, copied, line.text.size(), text.size(), map);
  text.append(line.text, copied);
  if (map.empty()) map.literal(0, line.map.empty() ? 0 : line.map.begin_of(0));
}

}  // namespace stockade::conf
