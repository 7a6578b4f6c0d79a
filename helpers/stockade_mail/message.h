// The message on standard input, as SMTP wants it.
// Source: RFC 5321 (4.5.2, transparency), RFC 5322 (3.6.3, destination fields).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stockade::mail {

// Whoever To, Cc and Bcc name; each once.
std::vector<std::string> recipients_of(std::string_view message);

// Lines end with CRLF, a dot in front of a line is doubled, Bcc is left out, and the line of the
// end stands behind it. `dot_ends`: a line "." ends the message here, too.
std::string for_smtp(std::string_view message, bool dot_ends);

}  // namespace stockade::mail
