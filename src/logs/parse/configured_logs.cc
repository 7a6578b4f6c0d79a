#include "logs/parse/configured_logs.h"

#include <algorithm>
#include <map>

#include "base/file_system.h"

namespace stockade::logs {

namespace {

constexpr std::string_view kCommon = "%h %l %u %t \"%r\" %>s %b";

bool is_file(std::string_view target) {
  return !target.empty() && !target.starts_with('|') && !target.starts_with("syslog") &&
         target != "/dev/null";
}

}  // namespace

std::vector<ConfiguredLog> configured_logs(const conf::Config& config) {
  std::map<std::string, std::string, std::less<>> by_name;
  std::string nameless(kCommon);  // what TransferLog uses
  for (const conf::Directive* d : config.all("LogFormat")) {
    if (d->words.size() > 1) {
      by_name[std::string(d->arg(1))] = d->arg(0);
    } else {
      nameless = d->arg(0);
    }
  }
  by_name.emplace("common", kCommon);
  by_name.emplace("combined", "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"");

  std::vector<ConfiguredLog> logs;
  const auto add = [&](std::string_view target, std::string format, bool error) {
    if (!is_file(target)) return;
    ConfiguredLog log{absolute_path(config.server_root, target), std::move(format), error};
    const bool known = std::any_of(logs.begin(), logs.end(), [&](const ConfiguredLog& other) {
      return other.path == log.path && other.format == log.format;
    });
    if (!known) logs.push_back(std::move(log));
  };
  for (const conf::Directive* d : config.all("CustomLog")) {
    const auto named = by_name.find(d->arg(1));
    add(d->arg(0), named != by_name.end() ? named->second : std::string(d->arg(1)), false);
  }
  for (const conf::Directive* d : config.all("TransferLog")) add(d->arg(0), nameless, false);
  for (const conf::Directive* d : config.all("ErrorLog")) add(d->arg(0), "", true);
  return logs;
}

}  // namespace stockade::logs
