#include "report/plain_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"

namespace stockade::report {

namespace {

struct CodeRange {
  uint32_t first, last;
};

// Unicode 15, EastAsianWidth W and F, in ranges coarse enough to stay readable.
constexpr CodeRange kWide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2614, 0x2615},
    {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};
// Combining marks.
constexpr CodeRange kNarrow[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},   {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff}, {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
};
// Controls, marks of direction, and what is not seen at all: text that says other than it shows.
constexpr CodeRange kDeceitful[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},     {0x034f, 0x034f}, {0x061c, 0x061c},
    {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f}, {0x3164, 0x3164},   {0xd800, 0xdfff}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
    {0xfff0, 0xfffb}, {0xe0000, 0xe00ff},
};

bool within(std::span<const CodeRange> ranges, uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const CodeRange& range) {
    return code >= range.first && code <= range.last;
  });
}

size_t width_of(uint32_t code) {
  if (code < 0x300) return 1;
  if (within(kNarrow, code)) return 0;
  return within(kWide, code) ? 2 : 1;
}

void append_neutral(std::string& out, const Character& c, bool unicode) {
  if (c.code == '\t' && c.valid) {
    out.push_back(' ');
  } else if (c.valid && c.code >= 0x20 && c.code < 0x7f) {
    out.append(c.bytes);
  } else if (!c.valid || !unicode || c.code < 0x80) {
    for (const char byte : c.bytes) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
  } else if (within(kDeceitful, c.code)) {
    out += fmt::format("\\u{{{:x}}}", c.code);
  } else {
    out.append(c.bytes);
  }
}

size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

bool is_shortest_form(uint32_t code, size_t length) {
  return (length != 3 || code >= 0x800) && (length != 4 || (code >= 0x10000 && code <= 0x10ffff)) &&
         (code < 0xd800 || code > 0xdfff);
}

}  // namespace

Character take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t length = sequence_length(lead);
  Character c{lead, length == 1, text.substr(0, 1)};
  if (length > 1 && length <= text.size()) {
    uint32_t code = lead & (0xffu >> (length + 1));
    bool continued = true;
    for (size_t i = 1; i < length; ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      continued = continued && (byte & 0xc0) == 0x80;
      code = code << 6 | (byte & 0x3f);
    }
    if (continued && is_shortest_form(code, length)) c = {code, true, text.substr(0, length)};
  }
  text.remove_prefix(c.bytes.size());
  return c;
}

std::string neutral(std::string_view text, bool unicode) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) append_neutral(out, take_character(text), unicode);
  return out;
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += width_of(take_character(text).code);
  return width;
}

std::string cut(std::string_view text, size_t width, bool unicode) {
  if (display_width(text) <= width) return std::string(text);
  const std::string_view mark = unicode ? "…" : "...";
  const size_t mark_width = unicode ? 1 : 3;
  if (width <= mark_width) return std::string(mark.substr(0, unicode ? mark.size() : width));
  std::string out;
  size_t used = 0;
  while (!text.empty()) {
    const Character c = take_character(text);
    used += width_of(c.code);
    if (used + mark_width > width) break;
    out.append(c.bytes);
  }
  return out.append(mark);
}

std::vector<std::string> wrap(std::string_view text, size_t width) {
  width = std::max<size_t>(width, 8);
  std::vector<std::string> lines(1);
  size_t used = 0;
  const auto start_line = [&] {
    lines.emplace_back();
    used = 0;
  };
  for (std::string_view word : split_words(text)) {
    const size_t wide = display_width(word);
    if (used > 0 && used + 1 + wide > width) start_line();
    if (used > 0) {
      lines.back().push_back(' ');
      ++used;
    }
    while (!word.empty()) {
      const Character c = take_character(word);
      if (used + width_of(c.code) > width) start_line();
      lines.back().append(c.bytes);
      used += width_of(c.code);
    }
  }
  return lines;
}

std::string pad(std::string text, size_t width) {
  const size_t used = display_width(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

}  // namespace stockade::report
