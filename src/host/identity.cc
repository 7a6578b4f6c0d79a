#include "host/identity.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>

#include "base/live_file_system.h"
#include "base/text.h"
#include "host/accounts.h"
#include "host/envvars.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxIdentityFile = 1 << 20;
constexpr uint64_t kMaxPasswd = 64 << 20;

std::string os_name(const FileSystem& files) {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const auto text = files.read(path, kMaxIdentityFile);
    if (!text) continue;
    const Variables values = parse_sysconfig(*text);
    const auto name = values.find("PRETTY_NAME");
    if (name != values.end()) return name->second;
  }
  return "";
}

std::string host_name(const FileSystem& files, bool live) {
  utsname names{};
  if (live && uname(&names) == 0) return names.nodename;
  const auto text = files.read("/etc/hostname", kMaxIdentityFile);
  return text ? std::string(trim(*text)) : "";
}

}  // namespace

std::string current_user() {
  const uid_t uid = geteuid();
  if (const auto passwd = LiveFileSystem().read("/etc/passwd", kMaxPasswd)) {
    for (const Account& account : parse_passwd(*passwd)) {
      if (account.uid == uid) return account.name;
    }
  }
  return fmt::format("uid {}", uid);
}

std::string now_as_text() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

void collect_identity(const FileSystem& files, bool live, Snapshot& snapshot) {
  snapshot.hostname = host_name(files, live);
  snapshot.os = os_name(files);
  snapshot.taken_at = now_as_text();
  snapshot.taken_by = current_user();
}

}  // namespace stockade::host
