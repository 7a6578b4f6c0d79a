// Wildcards of Include, IncludeOptional and <Directory>. Source: apr_fnmatch.
#pragma once

#include <string_view>

namespace stockade::conf {

// Whether `pattern` holds `*`, `?` or a closed `[...]` outside an escape (apr_fnmatch_test).
bool has_wildcard(std::string_view pattern);

// One path segment against one pattern: `*`, `?`, `[a-z]`, `[!x]`, `\x`. A leading dot of the name
// is matched by a literal dot only (APR_FNM_PERIOD).
bool matches_wildcard(std::string_view pattern, std::string_view name);

}  // namespace stockade::conf
