// The watcher is killed at random instants while a log is written, renamed, copied, truncated and
// compressed: in the end every line is one event in its store, not none and not two.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <log_rotation.h>
#include <scratch_tree.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "base/database.h"

extern char** environ;

namespace stockade {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr const char* kProgram = STOCKADE_BINARY_DIR "/stockade";

bool is_full() {
  const char* const mode = std::getenv("TEST_MODE");
  return mode != nullptr && std::string_view(mode) == "full";
}

std::string address_of(uint64_t number) {
  return "10." + std::to_string(number >> 16 & 255) + "." + std::to_string(number >> 8 & 255) +
         "." + std::to_string(number & 255);
}

// Writes a line every few microseconds and rotates in all the ways that are in use.
class Writer {
 public:
  Writer(std::string path, uint64_t seed) : path_(std::move(path)), random_(seed) {
    open_log();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~Writer() {
    stop();
    ::close(log_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  uint64_t written() const { return written_; }

 private:
  void run(const std::stop_token& stop) {
    auto rotate_at = std::chrono::steady_clock::now() + milliseconds(300);
    while (!stop.stop_requested()) {
      for (int i = 0; i < 20; ++i) write_line(log_);
      std::this_thread::sleep_for(milliseconds(2));
      if (std::chrono::steady_clock::now() < rotate_at) continue;
      rotate();
      rotate_at = std::chrono::steady_clock::now() + milliseconds(100 + random_() % 500);
    }
  }
  void write_line(int descriptor) {
    const uint64_t number = written_++;
    const std::string line =
        "2026-11-25T10:00:00.000000+00:00 host sshd[" + std::to_string(number % 30000 + 1) +
        "]: Failed password for invalid user u from " + address_of(number) + " port 4000 ssh2\n";
    test::append_to(descriptor, line);
  }
  void open_log() {
    log_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ASSERT_GE(log_, 0);
  }
  void rotate() {
    if (random_() % 3 == 0 && fs::exists(path_ + ".1")) test::gzip_file(path_ + ".1");
    test::shift_rotated(path_, 2000);
    if (random_() % 3 == 0) {
      fs::copy_file(path_, path_ + ".1");
      ASSERT_EQ(ftruncate(log_, 0), 0);
      return;
    }
    const int old = log_;
    fs::rename(path_, path_ + ".1");
    for (int i = 0; i < 50; ++i) write_line(old);  // httpd's old children
    open_log();
    for (int i = 0; i < 50; ++i) {
      write_line(i % 2 == 0 ? old : log_);
      std::this_thread::sleep_for(milliseconds(1));
    }
    ::close(old);
  }
  std::string path_;
  std::mt19937_64 random_;
  int log_ = -1;
  std::atomic<uint64_t> written_{0};
  std::jthread thread_;
};

pid_t start(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? pid : -1;
}

int finish(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

struct Tally {
  uint64_t events = 0, distinct = 0, unknown = 0;
};
Tally tally_of(const std::string& store) {
  Tally tally;
  auto database = Database::open_to_read(store);
  if (!database) return tally;
  auto query = database->prepare("SELECT count(*),count(DISTINCT source) FROM event");
  if (!query || !query->step().value_or(false)) return tally;
  tally.events = static_cast<uint64_t>(query->number(0));
  tally.distinct = static_cast<uint64_t>(query->number(1));
  query->reset();
  return tally;
}

// The watcher is killed `kills` times while somebody writes to `written_to`; it sees that log as
// `watched`. In the end every line is one event.
void expect_every_line_once(const std::string& written_to, const std::string& watched, int kills,
                            const char* where) {
  const test::ScratchTree tree;
  const std::string store = tree.path() + "/watch.db";
  std::mt19937_64 random(20261125);
  uint64_t written = 0;
  {
    Writer writer(written_to, 7);
    for (int i = 0; i < kills; ++i) {
      const pid_t pid = start({kProgram, "watch", watched, "--store", store});
      ASSERT_GT(pid, 0);
      std::this_thread::sleep_for(milliseconds(random() % 250));
      kill(pid, SIGKILL);
      const int status = finish(pid);
      ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
      if (random() % 4 == 0) std::this_thread::sleep_for(milliseconds(random() % 400));  // downtime
    }
    writer.stop();
    written = writer.written();
  }
  EXPECT_EQ(finish(start({kProgram, "watch", watched, "--store", store, "--once"})), 0);
  const Tally tally = tally_of(store);
  std::cout << "NOTE: the watcher killed " << kills << " times " << where << ": " << written
            << " lines, lost " << written - tally.distinct << ", doubled "
            << tally.events - tally.distinct << "\n";
  EXPECT_EQ(tally.distinct, written);
  EXPECT_EQ(tally.events, written);
}

TEST(KilledWatcher, LosesAndDoublesNothing) {
  const test::ScratchTree tree;
  const std::string log = tree.path() + "/auth.log";
  expect_every_line_once(log, log, is_full() ? 1000 : 25, "under load");
}

// A folder whose changes are made elsewhere, as on NFS: nothing wakes the watcher. What the kernel
// remembers of such files goes by their names with bindfs, not by what they are, so it may not
// remember anything.
class FolderOfOthers {
 public:
  FolderOfOthers() {
    fs::create_directory(real());
    fs::create_directory(seen());
    mounted_ = finish(start({"/usr/bin/bindfs", "-o", "direct_io,attr_timeout=0,entry_timeout=0",
                             real(), seen()})) == 0;
  }
  ~FolderOfOthers() {
    if (mounted_) ::umount2(seen().c_str(), MNT_DETACH);
  }
  FolderOfOthers(const FolderOfOthers&) = delete;
  FolderOfOthers& operator=(const FolderOfOthers&) = delete;
  bool is_mounted() const { return mounted_; }
  std::string real() const { return tree_.path() + "/real"; }
  std::string seen() const { return tree_.path() + "/seen"; }

 private:
  test::ScratchTree tree_;
  bool mounted_ = false;
};

TEST(KilledWatcher, LosesAndDoublesNothingWhereNothingWakesIt) {
  if (::access("/usr/bin/bindfs", X_OK) != 0 || ::access("/dev/fuse", W_OK) != 0)
    GTEST_SKIP() << "bindfs or FUSE is not here";
  const FolderOfOthers folder;
  if (!folder.is_mounted()) GTEST_SKIP() << "no file system can be mounted here";
  expect_every_line_once(folder.real() + "/auth.log", folder.seen() + "/auth.log",
                         is_full() ? 200 : 20, "on a file system that does not wake it");
}

// Whoever runs it: what reads hostile lines can start nothing and has lost root's powers.
TEST(Watcher, IsConfinedWhileItReads) {
  const test::ScratchTree tree;
  const std::string log = tree.path() + "/auth.log", store = tree.path() + "/watch.db";
  std::ofstream(log) << "";
  const pid_t pid = start({kProgram, "watch", log, "--store", store});
  ASSERT_GT(pid, 0);
  std::string status;
  for (int i = 0; i < 1000 && status.find("Seccomp:\t2") == std::string::npos; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    status.assign(std::istreambuf_iterator<char>(in), {});
  }
  kill(pid, SIGTERM);
  EXPECT_EQ(finish(pid), 0);
  EXPECT_NE(status.find("Seccomp:\t2"), std::string::npos) << status;
  EXPECT_NE(status.find("NoNewPrivs:\t1"), std::string::npos) << status;
  const size_t at = status.find("CapEff:\t");
  ASSERT_NE(at, std::string::npos);
  // CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH at most.
  EXPECT_EQ(std::strtoull(status.substr(at + 8, 16).c_str(), nullptr, 16) & ~6ULL, 0U) << status;
}

// A disk that is full for a while: nothing is read while nothing can be written.
TEST(KilledWatcher, WaitsForRoomOnTheDisk) {
  const test::ScratchTree tree;
  const std::string& folder = tree.path();
  const std::string log = folder + "/auth.log", store = folder + "/watch.db";
  uint64_t written = 0;
  {
    Writer writer(log, 8);
    std::this_thread::sleep_for(milliseconds(300));
    writer.stop();
    written = writer.written();
  }
  // The store may not grow beyond this: to a process it is as if the disk were full.
  pid_t pid = fork();
  if (pid == 0) {
    rlimit limit{64 * 1024, 64 * 1024};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execl(kProgram, kProgram, "watch", log.c_str(), "--store", store.c_str(), "--once", nullptr);
    _exit(127);
  }
  EXPECT_NE(finish(pid), 0);
  EXPECT_EQ(finish(start({kProgram, "watch", log, "--store", store, "--once"})), 0);
  const Tally tally = tally_of(store);
  EXPECT_EQ(tally.distinct, written);
  EXPECT_EQ(tally.events, written);
}

}  // namespace
}  // namespace stockade
