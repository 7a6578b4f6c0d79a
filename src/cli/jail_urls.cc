#include "cli/jail_urls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "base/descriptor.h"
#include "base/text.h"
#include "logs/parse/configured_logs.h"
#include "logs/parse/line_parser.h"
#include "logs/parse/log_format.h"

namespace stockade::cli {
namespace {

constexpr off_t kTail = 1 << 20;
constexpr size_t kLongestUrl = 256;

std::string end_of(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status{};
  if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return "";
  const off_t from = std::max<off_t>(0, status.st_size - kTail);
  std::string text(static_cast<size_t>(status.st_size - from), '\0');
  const ssize_t got = pread(file.get(), text.data(), text.size(), from);
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  if (from > 0) text.erase(0, text.find('\n') + 1);
  return text;
}

// What an attacker asked for is in the log, too: only plain paths that were there are asked again.
bool is_plain(std::string_view path) {
  return path.starts_with('/') && path.size() <= kLongestUrl &&
         path.find("..") == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), [](char c) {
           return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
                  std::string_view("/._~-%+").find(c) != std::string_view::npos;
         });
}

}  // namespace

std::vector<std::string> urls_of_logs(const Snapshot& snapshot, size_t most) {
  std::map<std::string, size_t> counts;
  for (const logs::ConfiguredLog& log : logs::configured_logs(snapshot.config)) {
    if (log.is_error_log || log.path.empty()) continue;
    std::vector<logs::LogFormat> formats;
    if (auto format = logs::LogFormat::compile(log.format)) formats.push_back(std::move(*format));
    logs::LineParser parser(0, std::move(formats));
    const std::string text = end_of(log.path);
    for (const std::string_view line : split(text, '\n')) {
      logs::Record record;
      parser.parse(line, record);
      if (record.kind != logs::LineKind::access || record.access.method != "GET" ||
          record.access.status < 200 || record.access.status >= 400)
        continue;
      const std::string_view path = record.access.target.substr(0, record.access.target.find('?'));
      if (is_plain(path)) ++counts[std::string(path)];
    }
  }
  std::vector<std::pair<size_t, std::string>> order;
  for (const auto& [path, count] : counts) order.emplace_back(count, path);
  std::sort(order.rbegin(), order.rend());
  std::vector<std::string> urls;
  for (const auto& [count, path] : order) {
    if (urls.size() < most) urls.push_back(path);
  }
  return urls;
}

}  // namespace stockade::cli
