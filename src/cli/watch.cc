// The daemon that reads logs so that nobody has to.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <ctime>

#include "base/file_system.h"
#include "base/write_file.h"
#include "cli/confine.h"
#include "cli/incident_store.h"
#include "cli/limit_table.h"
#include "cli/log_formats.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/settings.h"
#include "cli/sight.h"
#include "cli/target.h"
#include "logs/incident/json.h"
#include "logs/parse/configured_logs.h"
#include "logs/watch/watcher.h"

namespace stockade::cli {
namespace {

constexpr Option kWatchOptions[] = {
    kStoreOption,
    {"--journal", "", "follow systemd's journal too, where sshd and sudo often write"},
    {"--once", "", "read what is new, commit it, and end"},
    {"--from-end", "", "of a log that is not known yet, only what comes from now on"},
    {"--metrics", "FILE", "keep a file of counts for Prometheus' node exporter (*.prom)"},
    {"--ban", "SECONDS", "ban who attacks, through mod_stockade's table, for so long"},
    {"--dry-run", "", "say whom --ban would ban, and do nothing"},
    kTableOption,
    {"--log-format", "FORMAT", "the LogFormat of the logs, as in httpd's configuration"},
    kRootOption,
    kConfigOption,
    kDefineOption,
};

volatile std::sig_atomic_t g_stop = 0;
void on_signal(int) { g_stop = 1; }

std::string working_directory() {
  char buffer[PATH_MAX];
  return getcwd(buffer, sizeof buffer) != nullptr ? buffer : "/";
}

std::string folder_of(const std::string& path) {
  return std::string(parent_path(absolute_path(working_directory(), path)));
}

// The logs that the words name, or else those that the configuration writes.
Result<std::vector<logs::WatchedLog>> watched_logs(Arguments& arguments) {
  const auto formats = log_formats(kWatch, arguments);
  if (!formats) return tl::make_unexpected(formats.error());
  std::vector<logs::WatchedLog> logs;
  for (const std::string& word : arguments.words) {
    const std::string path = absolute_path(working_directory(), word);
    logs.push_back({path, formats->of(path)});
  }
  if (!logs.empty()) return logs;
  const auto sight = see(kWatch.name, arguments);
  if (!sight) return tl::make_unexpected(sight.error());
  for (const logs::ConfiguredLog& configured : logs::configured_logs(sight->snapshot->config)) {
    auto known = std::find_if(logs.begin(), logs.end(), [&](const logs::WatchedLog& log) {
      return log.path == configured.path;
    });
    if (known == logs.end()) known = logs.insert(logs.end(), {configured.path, {}});
    if (configured.is_error_log) continue;
    if (auto format = logs::LogFormat::compile(configured.format))
      known->formats.push_back(std::move(*format));
  }
  // Logins beside the web server.
  for (const char* path : {"/var/log/auth.log", "/var/log/secure"}) {
    struct stat status{};
    if (stat(path, &status) == 0) logs.push_back({path, {}});
  }
  if (logs.empty() && !arguments.has("--journal"))
    return usage_error("watch", "the configuration names no log file", "name the logs to follow");
  return logs;
}

// Turns an incident into a ban: of clients alone, never for what lies in the past.
class Banner {
 public:
  static Result<Banner> of(const Arguments& arguments) {
    Banner banner;
    if (!arguments.has("--ban")) return banner;
    const auto seconds = parse_number(arguments.value("--ban"));
    if (!seconds || *seconds < 1 || *seconds > 30 * 86400) {
      return usage_error("watch", "--ban takes seconds, from 1 to 2592000 (30 days)");
    }
    banner.seconds_ = static_cast<uint64_t>(*seconds);
    banner.dry_ = arguments.has("--dry-run");
    if (banner.dry_) return banner;
    auto region = open_table(arguments, true);
    if (!region) return tl::make_unexpected(region.error());
    banner.region_ = std::make_unique<limit::Region>(std::move(*region));
    return banner;
  }

  void take(const logs::Notice& notice) const {
    const logs::Incident& incident = *notice.incident;
    const bool hostile = incident.intent != logs::Intent::reconnaissance;
    if (seconds_ == 0 || notice.back_fill || !hostile || incident.kind != logs::SourceKind::client)
      return;
    const auto network = parse_network(incident.address.text());
    if (!network) return say(network.error().message());
    const std::string name = to_text(*network);
    if (dry_)
      return say(fmt::format("would ban {} for {} s: incident {}", name, seconds_, incident.id));
    limit::Ban ban;
    limit::Limiter limiter(*region_, {});
    const auto added =
        limiter.ban(*network, limit::BanReason::manual, seconds_, region_->now(), ban);
    if (added == limit::BanTable::Added::full)
      return say("the table of bans is full: " + name + " is not banned");
    say(fmt::format("{} is banned for {} s: incident {}. To undo: stockade ban remove {}", name,
                    seconds_, incident.id, name));
  }

 private:
  uint64_t seconds_ = 0;
  bool dry_ = false;
  std::unique_ptr<limit::Region> region_;
};

// One JSON object a line on stdout.
void tell(const logs::Notice& notice) {
  const char* kind = nullptr;
  switch (notice.kind) {
    case logs::Notice::Kind::opened:
      kind = "incident-opened";
      break;
    case logs::Notice::Kind::changed:
      kind = "incident-changed";
      break;
    case logs::Notice::Kind::drift:
      kind = "format-drift";
      break;
    case logs::Notice::Kind::problem:
      kind = "problem";
      break;
    case logs::Notice::Kind::solved:
      kind = "solved";
      break;
  }
  std::string line = fmt::format("{{\"type\":\"{}\"", kind);
  if (notice.incident != nullptr) {
    line += fmt::format(",\"back_fill\":{},\"incident\":{}}}\n", notice.back_fill,
                        incident_json(*notice.incident, {}));
  } else {
    line += ",\"text\":" + logs::quoted_json(notice.text) + "}\n";
  }
  (void)write_stdout(line);
}

Result<int> run_watch(const Arguments& given) {
  Arguments arguments = given;
  auto logs = watched_logs(arguments);
  if (!logs) return tl::make_unexpected(logs.error());
  const std::string store = store_of(arguments);
  // The package or the unit make its folder; by hand it is made here.
  if (store == kDefaultStore) (void)mkdir(std::string(parent_path(store)).c_str(), 0750);
  const auto banner = Banner::of(arguments);
  if (!banner) return tl::make_unexpected(banner.error());
  logs::Watcher::Options options;
  options.follow.from_end = arguments.has("--from-end");
  options.journal = arguments.has("--journal");
  bool trouble = false;
  auto watcher =
      logs::Watcher::open(store, std::move(*logs), options, [&](const logs::Notice& notice) {
        tell(notice);
        if (notice.incident != nullptr) {
          banner->take(notice);
        } else if (notice.kind != logs::Notice::Kind::solved) {
          trouble = true;
          say(notice.text);
        }
      });
  if (!watcher) return tl::make_unexpected(watcher.error());

  const std::string metrics = arguments.value("--metrics");
  std::vector<std::string> writable = {folder_of(store)};
  if (!metrics.empty()) writable.push_back(folder_of(metrics));
  if (auto done = confine(std::move(writable)); !done) return tl::make_unexpected(done.error());
  const auto write_metrics = [&] {
    if (metrics.empty()) return;
    if (auto done = write_file(metrics, (*watcher)->metrics()); !done) say(done.error().message());
  };
  if (arguments.has("--once")) {
    const std::time_t now = std::time(nullptr);
    for (bool more = true; more;) {
      const auto turned = (*watcher)->turn(static_cast<logs::Micros>(now) * logs::kSecond);
      if (!turned) return tl::make_unexpected(turned.error());
      more = *turned;
    }
    write_metrics();
    return int{trouble ? kIncomplete : kClean};
  }
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::time_t written = 0;
  const auto done = (*watcher)->run([&] {
    const std::time_t now = std::time(nullptr);
    if (now - written >= 10) {
      write_metrics();
      written = now;
    }
    return g_stop != 0;
  });
  if (!done) return tl::make_unexpected(done.error());
  write_metrics();
  return int{kClean};
}

constexpr Example kWatchExamples[] = {
    {"sudo stockade watch", "the logs of this machine's httpd, and its logins"},
    {"stockade watch /var/log/apache2/access.log --store /tmp/w.db",
     "one log, as anybody who may read it"},
    {"sudo stockade watch --ban 3600 --dry-run", "see whom it would ban"},
};

}  // namespace

const Command kWatch{"watch",
                     "follow logs and tell of attacks as they happen",
                     "Follows each log through renaming, truncation and compression, and tells on "
                     "stdout, one JSON object "
                     "a line, of each incident as it opens or gets worse, and of a log that is no "
                     "longer understood. "
                     "Without a FILE it follows what the configuration writes and the logins of "
                     "this machine. How far it "
                     "read and what it made of it is committed together: killed at any moment, it "
                     "goes on without losing "
                     "or counting twice. SIGTERM ends it.",
                     kWatchExamples,
                     kWatchOptions,
                     {"FILE", "logs to follow", nullptr, false, true},
                     run_watch};

}  // namespace stockade::cli
