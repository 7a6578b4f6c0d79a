// A request's path as httpd changes it before anything matches it.
// Source: server/util.c (ap_normalize_path, unescape_url); RFC 3986.
#pragma once

#include <string>
#include <string_view>

namespace stockade::conf {

enum class EncodedSlashes : uint8_t { refuse, keep, decode };

struct DecodedPath {
  int status = 0;  // 400 or 404 where httpd stops here
  std::string path;
};

DecodedPath decode_path(std::string_view raw, bool merge_slashes, EncodedSlashes slashes);

// The same path escaped as httpd writes it into a Location (ap_os_escape_path, ap_escape_uri).
std::string escape_path(std::string_view path);

// "/a//b" -> "/a/b"
std::string without_double_slashes(std::string_view path);

}  // namespace stockade::conf
