// The envelope that syslog puts around a message, in the forms that are found in files: RFC 3164's
// with or without a priority, the same with RFC 3339 times (rsyslog's default in Debian 12), RFC
// 5424, and a journal's line without a time ("host program[pid]: message"). Programs that keep a
// log of their own write the same with other times: a day and a time, or TAI64N (multilog).
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
  // The time is in a form that many programs write who are none of syslog's ("2026-01-05 10:00:00
  // name: ..."): an envelope only where the message is known.
  bool own_log = false;
  uint32_t repeats = 1;  // "message repeated 5 times: [ ... ]", already taken off the message
};

bool parse_envelope(std::string_view line, YearKeeper& years, Envelope& envelope);

}  // namespace stockade::logs
