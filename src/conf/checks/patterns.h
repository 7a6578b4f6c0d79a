// Regular expressions of a configuration: thousands of lines often share a few.
#pragma once

#include <string_view>

namespace stockade::conf {

// Whether httpd would compile it. Remembers what it has seen in this thread.
bool compiles(std::string_view expression);

}  // namespace stockade::conf
