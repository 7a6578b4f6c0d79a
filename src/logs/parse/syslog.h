// The envelope that syslog puts around a message, in the forms that are found in files: RFC 3164's
// with or without a priority, the same with RFC 3339 times (rsyslog's default in Debian 12), RFC
// 5424, and a journal's line without a time ("host program[pid]: message").
#pragma once

#include <string_view>

#include "logs/parse/timestamp.h"
#include "logs/record.h"

namespace stockade::logs {

struct Envelope {
  Micros time = 0;  // 0: the line has none
  std::string_view host;
  std::string_view program;  // "sshd", without path and pid
  std::string_view message;
  uint32_t pid = 0;
  uint32_t repeats = 1;  // "message repeated 5 times: [ ... ]", already taken off the message
};

bool parse_envelope(std::string_view line, YearKeeper& years, Envelope& envelope);

}  // namespace stockade::logs
