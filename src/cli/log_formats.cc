#include "cli/log_formats.h"

#include "base/file_system.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/sight.h"
#include "logs/parse/configured_logs.h"

namespace stockade::cli {

namespace {

// "access.log.2.gz", "access.log-20260101" are "access.log", renamed.
std::string current_name(std::string path) {
  for (const std::string_view end : {".gz", ".zst", ".xz", ".bz2"}) {
    if (path.ends_with(end)) path.resize(path.size() - end.size());
  }
  const size_t cut = path.find_last_not_of("0123456789");
  if (cut != std::string::npos && cut + 1 < path.size() && (path[cut] == '.' || path[cut] == '-'))
    path.resize(cut);
  return path;
}

}  // namespace

void LogFormats::add(std::string path, logs::LogFormat format) {
  by_path_[std::move(path)].push_back(std::move(format));
}

std::vector<logs::LogFormat> LogFormats::of(const std::string& path) const {
  std::vector<logs::LogFormat> formats = all_;
  const std::string name = std::string(file_name(current_name(path)));
  for (const auto& [known, own] : by_path_) {
    // A copy of a log lies elsewhere: its name is enough.
    if (known != path && file_name(known) != name) continue;
    formats.insert(formats.end(), own.begin(), own.end());
  }
  return formats;
}

Result<LogFormats> log_formats(const Command& command, Arguments& arguments) {
  LogFormats formats;
  if (arguments.has("--log-format")) {
    auto format = logs::LogFormat::compile(arguments.value("--log-format"));
    if (!format) return tl::make_unexpected(format.error());
    formats.add_for_all(std::move(*format));
  }
  if (!arguments.has("--config") && !arguments.has("--root")) return formats;
  const auto sight = see(command.name, arguments);
  if (!sight) return tl::make_unexpected(sight.error());
  for (const logs::ConfiguredLog& log : logs::configured_logs(sight->snapshot->config)) {
    if (log.is_error_log) continue;
    auto format = logs::LogFormat::compile(log.format);
    if (format) {
      formats.add(log.path, std::move(*format));
    } else {
      say(format.error().message());
    }
  }
  return formats;
}

}  // namespace stockade::cli
