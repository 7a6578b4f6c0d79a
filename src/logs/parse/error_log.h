// One record of httpd's error log: the default format of 2.4 and its variants, and that of 2.2,
// and the body of such a record where syslog carries it.
// Sources: https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat, server/log.c
//
// The client stands in a bracket of the head. What looks like one further on was written by the
// client itself.
#pragma once

#include <string_view>

#include "logs/record.h"

namespace stockade::logs {

// Whether `line` is a record with its time in front; fills `record` (kind error or limiter).
bool parse_error_line(std::string_view line, Record& record);
// The same without a time: the rest of a syslog line of httpd.
bool parse_error_body(std::string_view body, Record& record);

}  // namespace stockade::logs
