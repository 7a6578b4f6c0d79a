// Paths as an administrator writes them: "/login", "/api/*", "*.php", or "~regular expression".
#pragma once

#include <cstddef>
#include <cstdint>

#include "mod_stockade/httpd_headers.h"

namespace stockade::module {

struct PathPattern {
  enum class Kind : uint8_t { exact, prefix, suffix, regex } kind = Kind::exact;
  const char* text = "";
  size_t length = 0;
  ap_regex_t* regex = nullptr;

  bool matches(const char* path, size_t path_length) const;
};

constexpr char kPathForms[] =
    "a path (/login), what begins with one (/api/*), what ends so (*.php), or ~ and a regular "
    "expression";

// What is wrong with `word`, or null; `pattern` lives in `pool`.
const char* parse_path(apr_pool_t* pool, const char* word, PathPattern& pattern);

// The path of a request as the patterns mean it: %41 decoded, "//", "/./" and "/../" resolved, so
// that no way of writing a path escapes its class. Allocates only where there is something to do.
const char* plain_path(request_rec* r);

}  // namespace stockade::module
