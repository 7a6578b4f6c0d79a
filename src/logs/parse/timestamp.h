// Times as logs write them, as microseconds of UTC. Nothing where the text has not the form.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "logs/record.h"

namespace stockade::logs {

// A day and time of a calendar, without a zone.
struct Civil {
  int year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;  // 60 in a leap second
  int micros = 0;
};

// As if the calendar were that of UTC.
Micros from_utc(const Civil& time);
// In this machine's zone (TZ, /etc/localtime).
Micros from_local(const Civil& time);

// "10/Oct/2000:13:55:36 -0700" (%t of mod_log_config); the zone may be missing.
std::optional<Micros> parse_request_time(std::string_view text);
// "Thu Jul 11 01:21:41.123456 2013" (%t and %{u}t of ErrorLogFormat), local.
std::optional<Micros> parse_error_time(std::string_view text);
// "2013-07-11 01:21:41.123456" (%{cu}t of ErrorLogFormat: local),
// "2015-04-16T18:02:50.321974+02:00",
// "...Z" (RFC 3339). A comma may stand for the point.
std::optional<Micros> parse_iso_time(std::string_view text);

// "Jan  5 01:31:41": syslog's time has no year.
struct YearlessTime {
  Civil time;
  size_t length = 0;  // of the text that was read
};
std::optional<YearlessTime> parse_syslog_time(std::string_view line);

// Gives yearless times their year. A log is written in order and ends not after `newest`, the
// file's last modification: the year is the latest that keeps a time from lying after it by more
// than a day, and it turns when a December is followed by a January.
class YearKeeper {
 public:
  explicit YearKeeper(Micros newest) : newest_(newest) {}
  Micros resolve(Civil time);
  void set_newest(Micros newest) { newest_ = newest; }

 private:
  Micros newest_;
  int year_ = 0;  // 0: not known yet
  int last_month_ = 0;
};

}  // namespace stockade::logs
