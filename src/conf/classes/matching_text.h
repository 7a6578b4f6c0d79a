// A text that a regular expression matches, as an example of what it stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stockade::conf {

// The shortest few are tried; each is put before PCRE2. `front` stands before every try ("/" for
// the path of a URL, "" for a name of a file). Nothing where none is found: the expression may
// still match something.
std::optional<std::string> matching_text(std::string_view expression, std::string_view front,
                                         bool ignore_case = false);

}  // namespace stockade::conf
