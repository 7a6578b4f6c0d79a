// Bytes in JSON: text where they are UTF-8, else {"base64": "..."}; and what a JSON text may cost.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stockade::host {

// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

std::string to_base64(std::string_view bytes);
// Nothing where `text` is not exactly what to_base64 makes of some bytes.
std::optional<std::string> from_base64(std::string_view text);

// How deep its brackets nest, strings left out of account; the text need not be valid.
size_t nesting_of(std::string_view json);

}  // namespace stockade::host
