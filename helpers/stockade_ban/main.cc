// stockade-ban: the root-side helper. httpd decides who is banned and writes it into the table that
// its processes share; this program carries it to the firewall.
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "stockade_ban/confine.h"
#include "stockade_ban/firewall.h"
#include "stockade_ban/guard.h"
#include "stockade_ban/handover.h"
#include "stockade_ban/options.h"
#include "stockade_ban/say.h"

namespace stockade::ban_helper {
namespace {

volatile sig_atomic_t stopped = 0;
void stop(int) { stopped = 1; }

constexpr uint64_t kMany = 10'000;  // changes of one step
constexpr long kStepNanoseconds = 50'000'000;
constexpr int kStepsOfSecond = 20;
constexpr int kStepsOfComparison = 200;

// The table's file, opened again when httpd makes another.
class Table {
 public:
  Table(std::string path, bool writable) : path_(std::move(path)), writable_(writable) {}

  // True: another one than before is open now.
  bool look() {
    const int fd = open(path_.c_str(), (writable_ ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
      complain(std::strerror(errno));
      region_ = limit::Region();
      return false;
    }
    struct stat status{};
    const bool is_same = fstat(fd, &status) == 0 && region_.valid() && status.st_dev == device_ &&
                         status.st_ino == inode_;
    const bool is_new = !is_same && attach(fd, status);
    close(fd);
    return is_new;
  }
  const limit::Region& region() const { return region_; }

 private:
  bool attach(int fd, const struct stat& status) {
    region_ = limit::Region();
    // Whoever may write to it may ban: it has to be root's own.
    if (status.st_uid != geteuid() || (status.st_mode & 077) != 0) {
      complain("it is not root's own (mode 0600)");
      return false;
    }
    const limit::RegionError error = limit::Region::attach(fd, writable_, region_);
    if (error != limit::RegionError::none) {
      complain(limit::to_string(error));
      return false;
    }
    device_ = status.st_dev;
    inode_ = status.st_ino;
    said_.clear();
    return true;
  }
  void complain(const std::string& why) {
    if (said_ == why) return;
    said_ = why;
    say(fmt::format("cannot use the table {}: {}; waiting for httpd to make one", path_, why));
  }

  std::string path_;
  bool writable_;
  limit::Region region_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::string said_;
};

void report(const limit::Region& region, const Handover& handover) {
  limit::HelperState& state = region.header().helper;
  const Counts& counts = handover.counts();
  state.process.store(static_cast<uint64_t>(getpid()));
  state.works.store(handover.works() ? 1 : 0);
  state.in_force.store(handover.in_force());
  state.handed.store(counts.handed);
  state.spared.store(counts.spared);
  state.failed.store(counts.failed);
  const limit::Seconds now = region.seconds();
  state.seen.store(now == 0 ? 1 : now);
}

// libnftables allocates some hundred bytes for each ban: taken from the system in large pieces, and
// given back by the caller when the bans are in the kernel. Measured: 100,000 bans in 0.6 s instead
// of 0.8.
void allocate_in_large_pieces() {
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
}

int serve(const Options& options) {
  allocate_in_large_pieces();
  std::optional<Firewall> firewall;
  if (!options.dry_run) firewall.emplace(options.ports);
  Guard guard(options.allow);
  Table table(options.table, !options.dry_run);
  Handover handover(firewall ? &*firewall : nullptr, guard);
  if (const std::string failure = confine(); !failure.empty()) {
    say("cannot confine itself (" + failure + ") and does not go on");
    return 1;
  }
  bool was_whole = true;
  for (int step = 0; stopped == 0; ++step) {
    if (step % kStepsOfSecond == 0 && table.look()) handover.begin(table.region());
    if (table.region().valid()) {
      const uint64_t handed = handover.counts().handed;
      handover.step(table.region(), step % kStepsOfComparison == 0);
      if (handover.counts().handed - handed > kMany) malloc_trim(0);
      if (!options.dry_run && step % kStepsOfSecond == 0) report(table.region(), handover);
      if (guard.is_whole() != was_whole) {
        was_whole = guard.is_whole();
        say(was_whole ? "httpd's list of protected networks is whole again"
                      : "httpd's list of protected networks is not whole: nobody is banned by it");
      }
    }
    if (options.once) return table.region().valid() && (handover.works() || !firewall) ? 0 : 1;
    const timespec pause{0, kStepNanoseconds};
    nanosleep(&pause, nullptr);
  }
  say("stopped; the bans in the firewall end by themselves");
  return 0;
}

}  // namespace
}  // namespace stockade::ban_helper

int main(int argc, char** argv) {
  using namespace stockade::ban_helper;
  Options options;
  std::string text;
  const std::string wrong = read_options(argc, argv, options, text);
  if (!wrong.empty()) {
    say(wrong);
    return 2;
  }
  if (!text.empty()) {
    std::fputs(text.c_str(), stdout);
    return 0;
  }
  if (geteuid() != 0) {
    say("has to be started by root: only root reads the table and changes the firewall");
    return 1;
  }
  struct sigaction action{};
  action.sa_handler = stop;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  return serve(options);
}
