#include "conf/lines.h"

#include <cstring>

#include "base/text.h"

namespace stockade::conf {

namespace {

// A backslash right before the line end; CRLF ends a line too.
bool continues(std::string_view text) { return !text.empty() && text.back() == '\\'; }

void trim_into(LogicalLine& line, std::string_view joined, const LineMap* map, uint32_t offset) {
  size_t begin = 0;
  while (begin < joined.size() && is_blank(joined[begin])) ++begin;
  size_t end = joined.size();
  while (end > begin && is_blank(joined[end - 1])) --end;
  line.text = joined.substr(begin, end - begin);
  line.map = map;
  line.offset = offset + static_cast<uint32_t>(begin);
}

}  // namespace

bool take_continuation(std::string& joined, bool carriage) {
  size_t end = joined.size();
  if (!carriage && end > 0 && joined[end - 1] == '\r') --end;
  if (end == 0 || joined[end - 1] != '\\') return false;
  joined.resize(end - 1);
  return true;
}

bool LineReader::take_physical(Physical& physical, bool through_macro) {
  const std::string& bytes = source_.bytes;
  ++counter_;  // httpd counts the attempt, also at the end of the file
  if (at_ >= bytes.size()) return false;
  const char* begin = bytes.data() + at_;
  const auto* newline = static_cast<const char*>(std::memchr(begin, '\n', bytes.size() - at_));
  const size_t length =
      newline == nullptr ? bytes.size() - at_ : static_cast<size_t>(newline - begin);
  physical.offset = static_cast<uint32_t>(at_);
  physical.text = {begin, length};
  physical.ended = newline != nullptr;
  physical.carriage = false;
  source_.line_starts.push_back(physical.offset);
  at_ += length + (newline == nullptr ? 0 : 1);
  if (through_macro && newline == nullptr) return false;
  // httpd works on C strings: a NUL hides the rest of its line, the line end too.
  if (const void* nul = std::memchr(begin, '\0', length)) {
    physical.text = {begin, static_cast<size_t>(static_cast<const char*>(nul) - begin)};
    physical.ended = false;
  }
  if (physical.ended && !physical.text.empty() && physical.text.back() == '\r') {
    physical.text.remove_suffix(1);
    physical.carriage = true;
  }
  return true;
}

bool LineReader::next(LogicalLine& line, const Carry& carry) {
  Physical physical;
  if (!take_physical(physical, carry.through_macro)) {
    if (carry.text.empty()) return false;
    physical = {"", static_cast<uint32_t>(source_.bytes.size()), false, false};
  }
  line.file = file_;
  line.line = counter_;
  line.too_long = false;
  line.end_offset = physical.offset + static_cast<uint32_t>(physical.text.size());
  if (!carry.text.empty() || (physical.ended && continues(physical.text))) {
    join(line, physical, carry);
  } else {
    trim_into(line, physical.text, nullptr, physical.offset);
  }
  line.counted = counter_;
  line.last_line = static_cast<uint32_t>(source_.line_starts.size());
  line.too_long = line.text.size() > kMaxLineLength;
  return true;
}

void LineReader::join(LogicalLine& line, Physical physical, const Carry& carry) {
  joined_ = carry.text;
  map_.clear();
  if (!joined_.empty()) map_.replaced(0, physical.offset, 1);
  for (;;) {
    map_.literal(joined_.size(), physical.offset);
    joined_ += physical.text;
    line.end_offset = physical.offset + static_cast<uint32_t>(physical.text.size());
    if (!physical.ended || !take_continuation(joined_, physical.carriage)) break;
    map_.truncate(joined_.size());
    if (!take_physical(physical, carry.through_macro)) break;
  }
  trim_into(line, joined_, nullptr, 0);
  // The map speaks of `joined_`; shift it to the trimmed text.
  const auto cut = static_cast<size_t>(line.text.data() - joined_.data());
  map_.cut_front(cut);
  line.map = &map_;
  line.offset = line.text.empty() ? physical.offset : map_.begin_of(0);
  line.line = source_.line_of(line.offset);
}

}  // namespace stockade::conf
