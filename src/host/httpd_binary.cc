#include "host/httpd_binary.h"

#include <algorithm>

#include "base/text.h"
#include "conf/directive_table.h"

namespace stockade::host {

namespace {

constexpr std::string_view kBanner = "Apache/2.";
constexpr size_t kLongest = 256;  // of a banner or path that is believed

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 127; });
}

// The C string that begins at `at`; empty if it is too long or not printable.
std::string_view string_at(std::string_view bytes, size_t at) {
  const size_t end = bytes.find('\0', at);
  if (end == std::string_view::npos || end - at > kLongest) return {};
  const std::string_view text = bytes.substr(at, end - at);
  return is_printable(trim(text)) ? text : std::string_view();
}

// What stands between the quotes of ` -D NAME="value"`.
std::string setting(std::string_view bytes, std::string_view name) {
  const std::string wanted = " -D " + std::string(name) + "=\"";
  const size_t at = bytes.find(wanted);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = string_at(bytes, at + wanted.size());
  return std::string(rest.substr(0, rest.find('"')));
}

// The longest of "Apache/2.4.71" and "Apache/2.4.71 (Debian)".
std::string banner_of(std::string_view bytes) {
  std::string_view best;
  for (size_t at = bytes.find(kBanner); at != std::string_view::npos;
       at = bytes.find(kBanner, at + 1)) {
    const std::string_view text = string_at(bytes, at);
    const std::string_view version = text.substr(0, text.find(' ')).substr(7 * !text.empty());
    if (parse_httpd_version(version) != 0 && text.size() > best.size()) best = text;
  }
  return std::string(best);
}

// A build lists its modules' names one after the other; a name alone may be an error message.
std::vector<std::string> built_in_modules(std::string_view bytes) {
  std::vector<std::string> found;
  for (const conf::ModuleInfo& module : conf::all_modules()) {
    std::string wanted(1, '\0');
    wanted.append(module.identifier).append(1, '\0');
    if (bytes.find(wanted) != std::string_view::npos) found.emplace_back(module.identifier);
  }
  return found;
}

}  // namespace

uint32_t parse_httpd_version(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 3) return 0;
  uint32_t version = 0;
  for (std::string_view part : parts) {
    const auto number = parse_number(part.substr(0, part.find('-')));
    if (!number || *number < 0 || *number > 99) return 0;
    version = version * 100 + static_cast<uint32_t>(*number);
  }
  return version;
}

HttpdBinary read_httpd_binary(std::string_view bytes) {
  HttpdBinary binary;
  if (!bytes.starts_with("\x7f"
                         "ELF"))
    return binary;
  binary.banner = banner_of(bytes);
  if (binary.banner.empty()) return binary;
  const std::string_view banner = binary.banner;
  binary.version = parse_httpd_version(banner.substr(7, banner.find(' ') - 7));
  binary.server_root = setting(bytes, "HTTPD_ROOT");
  binary.config_file = setting(bytes, "SERVER_CONFIG_FILE");
  binary.built_in = built_in_modules(bytes);
  return binary;
}

}  // namespace stockade::host
