// What to do about a directive that httpd refuses as unknown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stockade::audit {

// `message` is httpd's ("Invalid command 'Order', perhaps misspelled ..."), `version` as in
// conf/versions.h. Empty where it is another message, or where nothing is known of the name.
std::string remedy_for_unknown(std::string_view message, uint32_t version);

}  // namespace stockade::audit
