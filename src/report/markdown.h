// Text of the audited machine inside Markdown.
#pragma once

#include <string>
#include <string_view>

namespace stockade::report {

// One line of prose: whatever Markdown or HTML would act on is escaped, a table's bars too.
std::string markdown_text(std::string_view text);

// The same as code, with a run of backticks around it that the text does not hold.
std::string markdown_code(std::string_view text);

}  // namespace stockade::report
