// The formats in which the audited configuration writes its access logs.
#pragma once

#include <map>

#include "cli/command.h"
#include "logs/parse/log_format.h"

namespace stockade::cli {

class LogFormats {
 public:
  // Of a log, by its path; logs that were renamed ("access.log.1", ".gz") have that of their name.
  std::vector<logs::LogFormat> of(const std::string& path) const;
  void add(std::string path, logs::LogFormat format);
  void add_for_all(logs::LogFormat format) { all_.push_back(std::move(format)); }

 private:
  std::map<std::string, std::vector<logs::LogFormat>> by_path_;
  std::vector<logs::LogFormat> all_;
};

// What --log-format says, and, where --config or --root was given, what CustomLog and TransferLog
// say. A format that cannot be read is told on stderr and left out.
Result<LogFormats> log_formats(const Command& command, Arguments& arguments);

}  // namespace stockade::cli
