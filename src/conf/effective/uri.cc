#include "conf/effective/uri.h"

#include "base/hex.h"

namespace stockade::conf {

namespace {

// The byte behind "%XX" at `at`, or -1.
int escaped_byte(std::string_view text, size_t at) {
  if (at + 2 >= text.size()) return -1;
  const int high = hex_digit(text[at + 1]);
  const int low = hex_digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_unreserved(int c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

struct Normalized {
  bool good = true;
  std::string path;
};

std::string decode_unreserved(std::string_view raw, bool& good) {
  std::string path;
  for (size_t at = 0; at < raw.size(); ++at) {
    const int byte = raw[at] == '%' ? escaped_byte(raw, at) : -1;
    if (raw[at] == '%' && byte < 0) good = false;
    if (byte >= 0 && is_unreserved(byte)) {
      path += static_cast<char>(byte);
      at += 2;
    } else {
      path += raw[at];
    }
  }
  return path;
}

// Takes the last segment off "/a/b/"; false at the root.
bool go_up(std::string& path) {
  if (path.size() <= 1) return false;
  path.pop_back();
  while (!path.empty() && path.back() != '/') path.pop_back();
  return true;
}

Normalized remove_dots(std::string_view raw, bool merge_slashes) {
  Normalized out;
  out.path = "/";
  size_t at = 1;
  while (at < raw.size()) {
    const bool begins = out.path.empty() || out.path.back() == '/';
    if (begins && merge_slashes && raw[at] == '/') {
      ++at;
      continue;
    }
    if (begins) {
      const std::string_view segment = raw.substr(at, raw.find('/', at) - at);
      if (segment == "." || segment == "..") {
        if (segment == ".." && !go_up(out.path)) out.good = false;
        at += segment.size();
        if (at < raw.size()) ++at;
        continue;
      }
    }
    out.path += raw[at++];
  }
  return out;
}

// What is left of the escapes.
DecodedPath unescape(std::string_view path, EncodedSlashes slashes) {
  DecodedPath out;
  bool bad = false;
  bool missing = false;
  for (size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '%') {
      out.path += path[at];
      continue;
    }
    const int byte = escaped_byte(path, at);
    if (byte < 0) {
      bad = true;
    } else if (byte == 0 || (byte == '/' && slashes == EncodedSlashes::refuse)) {
      missing = true;
    } else if (byte == '/' && slashes == EncodedSlashes::keep) {
      out.path += path.substr(at, 3);
    } else {
      out.path += static_cast<char>(byte);
    }
    if (byte >= 0) at += 2;
  }
  out.status = bad ? 400 : missing ? 404 : 0;
  return out;
}

}  // namespace

DecodedPath decode_path(std::string_view raw, bool merge_slashes, EncodedSlashes slashes) {
  if (raw.empty() || raw[0] != '/') return {400, std::string(raw)};
  bool good = true;
  Normalized normal = remove_dots(decode_unreserved(raw, good), merge_slashes);
  if (!good || !normal.good) return {400, std::move(normal.path)};
  DecodedPath decoded = unescape(normal.path, slashes);
  if (decoded.status == 0 && slashes == EncodedSlashes::decode) {
    decoded.path = remove_dots(decoded.path, merge_slashes).path;
  }
  return decoded;
}

std::string escape_path(std::string_view path) {
  constexpr std::string_view kPlain = "$-_.+!*'(),:@&=/~";
  constexpr const char* kHex = "0123456789abcdef";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool alnum = is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
    if (alnum || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string without_double_slashes(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out += c;
  }
  return out;
}

}  // namespace stockade::conf
