#include "logs/recognise/decode.h"

#include <cstring>

#include "base/hex.h"

namespace stockade::logs {

namespace {

constexpr size_t kMaxPart = 16 * 1024;  // httpd's own limit of a line is 8 KiB

constexpr std::array<char, 256> lower_table() {
  std::array<char, 256> table{};
  for (size_t i = 0; i < 256; ++i) table[i] = to_lower(static_cast<char>(i));
  return table;
}
constexpr std::array<char, 256> kLower = lower_table();

// One round over [start, size) in place.
void decode_percent(std::string& text, size_t start) {
  const size_t first = text.find('%', start);
  if (first == std::string::npos) return;
  size_t out = first;
  for (size_t in = first; in < text.size(); ++in) {
    char c = text[in];
    if (c == '%' && in + 2 < text.size() && hex_digit(text[in + 1]) >= 0 &&
        hex_digit(text[in + 2]) >= 0) {
      c = static_cast<char>(hex_digit(text[in + 1]) * 16 + hex_digit(text[in + 2]));
      in += 2;
    }
    text[out++] = kLower[static_cast<unsigned char>(c)];
  }
  text.resize(out);
}

// "\"", "\\", "\n", "\x1b" as httpd's log writes them.
void undo_log_escapes(std::string& text, size_t start) {
  const size_t first = text.find('\\', start);
  if (first == std::string::npos) return;
  size_t out = first;
  for (size_t in = first; in < text.size(); ++in) {
    char c = text[in];
    if (c == '\\' && in + 1 < text.size()) {
      const char next = text[in + 1];
      if (next == '"' || next == '\\') {
        c = next;
        ++in;
      } else if (next == 'n' || next == 't' || next == 'r') {
        c = next == 'n' ? '\n' : next == 't' ? '\t' : '\r';
        ++in;
      } else if (next == 'x' && in + 3 < text.size() && hex_digit(text[in + 2]) >= 0 &&
                 hex_digit(text[in + 3]) >= 0) {
        c = static_cast<char>(hex_digit(text[in + 2]) * 16 + hex_digit(text[in + 3]));
        in += 3;
      }
    }
    text[out++] = kLower[static_cast<unsigned char>(c)];
  }
  text.resize(out);
}

// "un/**/ion" is how words are hidden from filters; databases read a blank.
void blank_comments(std::string& text, size_t start) {
  for (size_t at = start; (at = text.find("/*", at)) != std::string::npos;) {
    if (at + 2 < text.size() && text[at + 2] == '!') {  // MySQL runs what stands in these
      at += 2;
      continue;
    }
    const size_t end = text.find("*/", at + 2);
    if (end == std::string::npos || end - at > 256) return;
    text.replace(at, end + 2 - at, " ");
    ++at;
  }
}

// Eight letters at once: what lies from A to Z gets its fifth bit.
void lower_copy(std::string_view text, char* out) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    const uint64_t low = word & (kOnes * 0x7F);
    const uint64_t from_a = low + kOnes * (0x80 - 'A'), beyond_z = low + kOnes * (0x7F - 'Z');
    word |= ((from_a ^ beyond_z) & ~word & (kOnes * 0x80)) >> 2;
    std::memcpy(out + at, &word, 8);
  }
  for (; at < text.size(); ++at) out[at] = kLower[static_cast<unsigned char>(text[at])];
}

}  // namespace

bool is_unusual(const AccessRecord& access) {
  const std::string_view method = access.method;
  if (method != "GET" && method != "POST" && method != "HEAD") return true;
  if (!access.target.starts_with('/')) return true;
  const std::string_view line = access.request.empty() ? access.target : access.request;
  return line.find('%') != std::string_view::npos || line.find('\\') != std::string_view::npos;
}

void Decoded::begin() {
  buffer_.clear();
  starts_.fill(0);
  lengths_.fill(0);
}

void Decoded::add(size_t index, std::string_view text, bool percent, bool plus) {
  const size_t start = buffer_.size();
  text = text.substr(0, kMaxPart);
  buffer_.resize(start + text.size());
  char* const out = buffer_.data() + start;
  lower_copy(text, out);
  if (plus) {
    for (char* at = out;
         (at = static_cast<char*>(std::memchr(
              at, '+', static_cast<size_t>(buffer_.data() + buffer_.size() - at)))) != nullptr;
         ++at) {
      *at = ' ';
    }
  }
  if (percent) {
    undo_log_escapes(buffer_, start);
    decode_percent(buffer_, start);
    decode_percent(buffer_, start);
    if (plus) blank_comments(buffer_, start);
  }
  starts_[index] = static_cast<uint32_t>(start);
  lengths_[index] = static_cast<uint32_t>(buffer_.size() - start);
  buffer_ += '\n';
}

void Decoded::decode(const AccessRecord& access) {
  begin();
  const std::string_view target = access.target;
  const size_t mark = target.find('?');
  add(0, target.substr(0, mark), true, false);
  if (mark != std::string_view::npos) add(1, target.substr(mark + 1), true, true);
  if (!access.agent.empty()) {
    add(2, access.agent, false, false);
    undo_log_escapes(buffer_, starts_[2]);
    lengths_[2] = static_cast<uint32_t>(buffer_.size() - starts_[2] - 1);
  }
  if (!access.referer.empty()) add(3, access.referer, true, false);
  if (!is_unusual(access)) return;
  if (!access.request.empty()) {
    add(4, access.request, false, false);
  } else {
    std::string line(access.method);
    line.append(" ").append(access.target).append(" ").append(access.protocol);
    add(4, line, false, false);
  }
}

}  // namespace stockade::logs
