// Text of the audited machine inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace stockade::report {

// Safe in content and in attributes quoted with ". Characters that XML forbids and those that
// deceive the eye are spelled out ("\x1b", "\u{202e}"); bytes that are no UTF-8 too.
std::string markup_text(std::string_view text);

}  // namespace stockade::report
