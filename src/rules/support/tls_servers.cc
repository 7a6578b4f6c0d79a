#include "rules/support/tls_servers.h"

#include <fmt/format.h>

#include <chrono>
#include <unordered_map>

#include "base/text.h"
#include "rules/support/paths.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

using conf::Directive;
using conf::Server;

constexpr int64_t kDay = 86400;

struct TlsServers {
  std::vector<const Server*> list;
};

TlsServers find_tls_servers(const Snapshot& snapshot) {
  TlsServers servers{serving_servers(snapshot)};
  std::erase_if(servers.list, [&](const Server* server) { return !speaks_tls(snapshot, *server); });
  return servers;
}

}  // namespace

const std::vector<const Server*>& tls_servers(const Snapshot& snapshot) {
  return snapshot.derived.get<TlsServers>([&] { return find_tls_servers(snapshot); }).list;
}

std::vector<UsedCertificate> used_certificates(const Snapshot& snapshot, Reporter& report,
                                               std::string_view what) {
  std::unordered_map<std::string_view, const host::Certificate*> known;
  for (const host::Certificate& certificate : snapshot.certificates) {
    known.emplace(certificate.file, &certificate);
  }
  std::vector<UsedCertificate> used;
  std::unordered_map<const Directive*, size_t> index;
  for (const Server* server : tls_servers(snapshot)) {
    for (const Directive* d : server->effective("SSLCertificateFile")) {
      const auto [entry, is_new] = index.emplace(d, used.size());
      if (is_new) used.push_back({d, nullptr, {}});
      used[entry->second].servers.push_back(server);
    }
  }
  std::erase_if(used, [&](UsedCertificate& item) {
    const std::string path = path_argument(snapshot, item.directive->arg(0));
    const auto found = known.find(path);
    if (found != known.end() && found->second->error.empty()) {
      item.certificate = found->second;
      return false;
    }
    const std::string reason = found != known.end()             ? found->second->error
                               : snapshot.coverage.certificates ? "the certificate was not found"
                                                                : "certificates were not collected";
    report.not_checked(fmt::format("{} of {}", what, path), reason, "run on the server itself");
    return true;
  });
  return used;
}

int64_t taken_at(const Snapshot& snapshot) {
  const std::string_view text = snapshot.taken_at;
  if (text.size() < 10) return 0;
  const auto year = parse_number(text.substr(0, 4));
  const auto month = parse_number(text.substr(5, 2));
  const auto day = parse_number(text.substr(8, 2));
  if (!year || !month || !day) return 0;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  int64_t seconds = std::chrono::sys_days(date).time_since_epoch().count() * kDay;
  if (text.size() >= 19) {
    const auto hour = parse_number(text.substr(11, 2));
    const auto minute = parse_number(text.substr(14, 2));
    const auto second = parse_number(text.substr(17, 2));
    seconds += hour.value_or(0) * 3600 + minute.value_or(0) * 60 + second.value_or(0);
  }
  return seconds;
}

std::string date_of(int64_t seconds) {
  const int64_t days = seconds / kDay - (seconds % kDay < 0 ? 1 : 0);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace stockade::rules
