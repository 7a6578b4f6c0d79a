#include "report/pen.h"

#include <fmt/format.h>

namespace stockade::report {

namespace {

constexpr size_t kLabelWidth = 7;
constexpr size_t kIndent = 2;

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "1";
    case Ink::faint:
      return "2";
    case Ink::critical:
      return "1;31";
    case Ink::high:
      return "31";
    case Ink::medium:
      return "33";
    case Ink::low:
      return "36";
    case Ink::added:
      return "32";
    case Ink::removed:
      return "31";
  }
  return "";
}

}  // namespace

Ink ink_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return Ink::critical;
    case Severity::high:
      return Ink::high;
    case Severity::medium:
      return Ink::medium;
    case Severity::low:
      return Ink::low;
  }
  return Ink::plain;
}

std::string Pen::dye(Ink ink, std::string_view text) const {
  const std::string_view code = code_of(ink);
  if (!options_.colour || code.empty() || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void Pen::line(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  out_.append(text).push_back('\n');
  ++lines_;
}

void Pen::labelled(std::string_view label, std::string_view neutral_text, size_t most) {
  const size_t room = width() - kIndent - kLabelWidth;
  std::vector<std::string> parts = wrap(neutral_text, room);
  if (parts.size() > most) {
    parts.resize(most);
    std::string& last = parts.back();
    const size_t mark = unicode() ? 1 : 3;
    if (display_width(last) + mark > room) {
      last = fit(last + "xxx", room);
    } else {
      last += unicode() ? "…" : "...";
    }
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string left = pad(i == 0 ? std::string(label) : "", kLabelWidth);
    line("  " + dye(Ink::faint, left) + parts[i]);
  }
}

}  // namespace stockade::report
