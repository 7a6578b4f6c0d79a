// Any line of a log into a Record. What kind of log it is, the lines tell: the form of the last
// line is tried first, then the others, so that a file with several forms is read too.
#pragma once

#include <string_view>
#include <vector>

#include "logs/parse/auth_log.h"
#include "logs/parse/json_access.h"
#include "logs/parse/log_format.h"

namespace stockade::logs {

class LineParser {
 public:
  // `newest`: when the log was last written, for times without a year. `formats`: the LogFormats of
  // the configuration that write this log, tried before the usual ones.
  explicit LineParser(Micros newest, std::vector<LogFormat> formats = {})
      : formats_(std::move(formats)), years_(newest) {}

  // Fills `record`; views reach into `line` and into this parser until its next call. A line that
  // has no known form gets kind not_understood.
  void parse(std::string_view line, Record& record);

  void set_newest(Micros newest) { years_.set_newest(newest); }
  // Whether a line can be read without those before it, as those of an access log can.
  static bool stands_alone(std::string_view line);

 private:
  enum class Form : uint8_t { configured, access, error, syslog, json };
  bool try_form(Form form, std::string_view line, Record& record);
  bool parse_syslog(std::string_view line, Record& record);
  bool parse_json(std::string_view line, Record& record);

  std::vector<LogFormat> formats_;
  YearKeeper years_;
  RequestClock clock_;
  Connections connections_;
  JsonLine json_;
  std::string carried_;  // a message that a JSON object carried
  Form last_ = Form::access;
  size_t last_format_ = 0;
};

}  // namespace stockade::logs
