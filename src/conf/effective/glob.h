// apr_fnmatch over a whole path or name, as sections use it.
#pragma once

#include <string_view>

namespace stockade::conf {

// `*` and `?` do not match '/'; `[...]` and `\` as in httpd. A leading dot is nothing special.
bool matches_path(std::string_view pattern, std::string_view path);
// The same, where `*`, `?` and `[...]` match '/' too.
bool matches_text(std::string_view pattern, std::string_view text);

}  // namespace stockade::conf
