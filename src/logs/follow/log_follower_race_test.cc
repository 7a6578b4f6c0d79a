// What the model of log_follower_test.cc cannot show: the files change while the follower is in the
// middle of a look. A writer rotates as often as it can; nobody waits for anybody.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <log_rotation.h>
#include <scratch_tree.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "logs/follow/log_follower.h"

namespace stockade::logs {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

Micros now_in_micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Writes numbered lines and rotates every few of them, in pieces, so that each can be seen half
// done.
class HastyWriter {
 public:
  HastyWriter(std::string path, uint64_t seed) : path_(std::move(path)), random_(seed) {
    open_log();
  }
  ~HastyWriter() { ::close(log_); }
  HastyWriter(const HastyWriter&) = delete;
  HastyWriter& operator=(const HastyWriter&) = delete;

  void step() {
    const uint64_t lines = 1 + random_() % 40;
    for (uint64_t i = 0; i < lines; ++i) write_line(log_);
    pause();
    switch (random_() % 4) {
      case 0:
        copy_and_truncate();
        break;
      case 1:
        rename_log();
        break;
      case 2:
        compress_second();
        break;
      default:
        break;
    }
  }
  // Only what has been read may go.
  void clear() {
    for (const auto& entry : fs::directory_iterator(fs::path(path_).parent_path())) {
      if (entry.path() != path_) fs::remove(entry.path());
    }
  }
  uint64_t written() const { return written_.load(); }

 private:
  void pause() {
    const uint64_t wait = random_() % 8;
    if (wait < 3) std::this_thread::sleep_for(std::chrono::microseconds(random_() % 300));
    if (wait == 3) std::this_thread::yield();
  }
  void write_line(int descriptor) {
    const uint64_t number = written_.load();
    const std::string line = std::to_string(number) + " " + std::string(number % 97, 'x') + "\n";
    test::append_to(descriptor, line);
    written_ = number + 1;
  }
  void open_log() {
    log_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ASSERT_GE(log_, 0);
  }
  void copy_and_truncate() {
    test::shift_rotated(path_, 64);
    const std::string text = test::content_of(path_);
    const int copy = ::open((path_ + ".1").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    for (size_t at = 0; at < text.size(); at += 700) {
      test::append_to(copy, std::string_view(text).substr(at, 700));
      if (random_() % 4 == 0) pause();
    }
    ::close(copy);
    pause();
    ASSERT_EQ(ftruncate(log_, 0), 0);
  }
  void rename_log() {
    test::shift_rotated(path_, 64);
    const int old = log_;
    fs::rename(path_, path_ + ".1");
    pause();
    for (uint64_t i = random_() % 10; i > 0; --i) write_line(old);
    open_log();
    for (uint64_t i = random_() % 10; i > 0; --i) write_line(i % 2 == 0 ? old : log_);
    ::close(old);
  }
  void compress_second() {
    if (!fs::exists(path_ + ".2")) return;
    test::gzip_file(path_ + ".2",
                    [] { std::this_thread::sleep_for(std::chrono::microseconds(50)); });
  }

  std::string path_;
  std::mt19937_64 random_;
  int log_ = -1;
  std::atomic<uint64_t> written_{0};
};

// Reads beside the writer, and begins anew from the stored state every now and then.
class HastyReader {
 public:
  HastyReader(std::string path, uint64_t seed) : path_(std::move(path)), random_(seed) {}
  void poll() {
    follower_->poll(random_() % 5 == 0 ? 500 : 1 << 20, now_in_micros(),
                    [&](std::string_view line, const LineOrigin&) { see(line); });
    if (random_() % 8 == 0) {
      const std::string state = to_text(follower_->state());
      follower_ = std::make_unique<LogFollower>(path_, follow_state_from_text(state),
                                                LogFollower::Options{});
    }
  }
  void see(std::string_view line) {
    const uint64_t number = std::strtoull(std::string(line).c_str(), nullptr, 10);
    if (std::string(line) != std::to_string(number) + " " + std::string(number % 97, 'x')) {
      ++broken_;
      return;
    }
    if (times_.size() <= number) times_.resize(number + 1);
    if (times_[number]++ == 0) ++distinct_;
    ++events_;
  }
  uint64_t distinct() const { return distinct_; }
  uint64_t events() const { return events_; }
  uint64_t broken() const { return broken_; }

 private:
  std::string path_;
  std::mt19937_64 random_;
  std::vector<uint32_t> times_;
  uint64_t events_ = 0, broken_ = 0;
  std::atomic<uint64_t> distinct_{0};
  std::unique_ptr<LogFollower> follower_ =
      std::make_unique<LogFollower>(path_, FollowState{}, LogFollower::Options{});
};

TEST(LogFollower, LosesAndDoublesNothingWhileTheFilesChangeUnderIt) {
  const char* const mode = std::getenv("TEST_MODE");
  const int rounds = mode != nullptr && std::string_view(mode) == "full" ? 2000 : 60;
  const test::ScratchTree folder;
  const std::string path = folder.path() + "/access.log";
  const char* const named = std::getenv("TEST_SEED");
  const uint64_t seed = named == nullptr ? 1 : std::strtoull(named, nullptr, 10);
  HastyWriter writer(path, seed);
  HastyReader reader(path, seed + 1);
  std::atomic<bool> ended = false;
  std::jthread reading([&] {
    while (!ended) reader.poll();
    for (int i = 0; i < 3; ++i) reader.poll();
  });
  for (int round = 0; round < rounds; ++round) {
    for (int step = 0; step < 40; ++step) writer.step();
    const auto limit = steady_clock::now() + std::chrono::seconds(10);
    while (reader.distinct() < writer.written() && steady_clock::now() < limit)
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    if (reader.distinct() < writer.written()) break;
    writer.clear();
  }
  ended = true;
  reading.join();
  std::cout << "NOTE: files that change under the follower: " << writer.written() << " lines, lost "
            << writer.written() - reader.distinct() << ", doubled "
            << reader.events() - reader.distinct() << ", broken " << reader.broken() << "\n";
  EXPECT_EQ(reader.distinct(), writer.written());
  EXPECT_EQ(reader.events(), writer.written());
  EXPECT_EQ(reader.broken(), 0U);
}

}  // namespace
}  // namespace stockade::logs
