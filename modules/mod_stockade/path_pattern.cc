#include "mod_stockade/path_pattern.h"

#include <cstring>

namespace stockade::module {

bool PathPattern::matches(const char* path, size_t path_length) const {
  switch (kind) {
    case Kind::exact:
      return path_length == length && std::memcmp(path, text, length) == 0;
    case Kind::prefix:
      return path_length >= length && std::memcmp(path, text, length) == 0;
    case Kind::suffix:
      return path_length >= length && std::memcmp(path + path_length - length, text, length) == 0;
    case Kind::regex:
      return ap_regexec(regex, path, 0, nullptr, 0) == 0;
  }
  return false;
}

const char* parse_path(apr_pool_t* pool, const char* word, PathPattern& pattern) {
  const size_t length = std::strlen(word);
  if (word[0] == '~') {
    pattern.kind = PathPattern::Kind::regex;
    pattern.regex = ap_pregcomp(pool, word + 1, AP_REG_EXTENDED);
    pattern.text = word + 1;
    if (pattern.regex != nullptr && length > 1) return nullptr;
    return apr_pstrcat(pool, "\"", word + 1, "\" is no regular expression", nullptr);
  }
  const char* star = std::strchr(word, '*');
  if (word[0] == '/' && star == nullptr) {
    pattern = {PathPattern::Kind::exact, word, length, nullptr};
  } else if (word[0] == '/' && star == word + length - 1) {
    pattern = {PathPattern::Kind::prefix, word, length - 1, nullptr};
  } else if (word[0] == '*' && length > 1 && std::strchr(word + 1, '*') == nullptr) {
    pattern = {PathPattern::Kind::suffix, word + 1, length - 1, nullptr};
  } else {
    return apr_pstrcat(pool, "\"", word, "\" is no path: accepted are ", kPathForms, nullptr);
  }
  return nullptr;
}

const char* plain_path(request_rec* r) {
  const char* path = r->uri == nullptr ? "" : r->uri;
  const bool is_plain = std::strchr(path, '%') == nullptr && std::strstr(path, "//") == nullptr &&
                        std::strstr(path, "/.") == nullptr;
  if (is_plain) return path;
  char* copy = apr_pstrdup(r->pool, path);
  // Twice: decoding may bring up new dots and slashes.
  ap_normalize_path(copy, AP_NORMALIZE_DECODE_UNRESERVED | AP_NORMALIZE_MERGE_SLASHES);
  ap_unescape_url(copy);
  ap_normalize_path(copy, AP_NORMALIZE_MERGE_SLASHES);
  return copy;
}

}  // namespace stockade::module
