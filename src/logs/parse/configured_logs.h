// The logs that a configuration writes, with their formats.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html, core.html#errorlog
#pragma once

#include <string>
#include <vector>

#include "conf/config.h"

namespace stockade::logs {

struct ConfiguredLog {
  std::string path;    // absolute; empty where a program or syslog takes it
  std::string format;  // of CustomLog and TransferLog; empty: an error log
  bool is_error_log = false;
};

// One entry for each file and format, in the order of the configuration.
std::vector<ConfiguredLog> configured_logs(const conf::Config& config);

}  // namespace stockade::logs
