// The format strings of mod_log_config, compiled once and read backwards: from a line to what the
// server knew. Every item is accepted; those that nobody asks for are skipped.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logs/parse/access_log.h"
#include "logs/record.h"

namespace stockade::logs {

enum class LogItem : uint8_t {
  skipped,
  client,
  user,
  time,
  time_seconds,
  time_millis,
  time_micros,
  request,
  method,
  path,
  query,
  protocol,
  status,
  bytes,
  micros_taken,
  millis_taken,
  seconds_taken,
  referer,
  agent,
  server,
  client_port,
  iso_date,  // %{%Y-%m-%d}t and the like
};

class LogFormat {
 public:
  // The format as it stands in the configuration, quotes of the configuration already taken off:
  // `%h %l %u %t "%r" %>s %b`. An error where two items follow each other with nothing between
  // them: no reader could tell where the first ends.
  static Result<LogFormat> compile(std::string_view format);

  // Whether `line` is of this format; then `record` is filled. Views reach into the line.
  bool parse(std::string_view line, RequestClock& clock, Record& record) const;

 private:
  struct Step {
    LogItem item{};
    std::string after;    // the fixed text that ends it; empty: the end of the line
    size_t width = 0;     // of an item that is always as wide; 0: it ends where `after` stands
    bool quoted = false;  // stands in quotes: its own are escaped
    bool blanks = false;  // may hold blanks though nothing quotes it
  };
  struct Reading;
  bool read_from(size_t step, size_t at, Reading& reading) const;
  bool read_item(size_t step, size_t at, size_t end, Reading& reading) const;

  std::string before_;  // the fixed text at the very front
  std::vector<Step> steps_;
};

}  // namespace stockade::logs
