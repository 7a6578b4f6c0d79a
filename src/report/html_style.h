// The style sheet of the HTML report: light and dark, screen, phone and paper.
#pragma once

#include <string_view>

namespace stockade::report {

extern const std::string_view kHtmlStyle;

}  // namespace stockade::report
