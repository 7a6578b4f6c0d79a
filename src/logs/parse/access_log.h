// One line of an access log whose format nobody told: Common and Combined Log Format and their
// relatives (a virtual host in front, more fields behind), recognised by their shape. Where the
// configuration is known, LogFormat (log_format.h) reads the line instead.
//
// The shape: words, "[time]", perhaps words, "request", status, bytes, perhaps "referer" "agent".
// What a client writes stands in quotes that the server escapes, or between the fixed parts: the
// time is the bracket right before the request, so a user named `x [10/Oct/...` moves nothing.
#pragma once

#include <optional>
#include <string_view>

#include "logs/record.h"

namespace stockade::logs {

// Where the quoted text at the front of `line` ends: the index of the closing quote, npos where
// there is none. Quotes after a backslash belong to the text.
size_t closing_quote(std::string_view line, size_t start);

// Fills method, target and protocol from `access.request`.
void split_request(AccessRecord& access);

// The clock of one log: most lines have the time of the line before.
class RequestClock {
 public:
  std::optional<Micros> read(std::string_view text);

 private:
  char text_[32] = {};
  size_t length_ = 0;
  Micros time_ = 0;
};

// Whether the line has the shape; then `record` is filled.
bool parse_access_line(std::string_view line, RequestClock& clock, Record& record);

}  // namespace stockade::logs
