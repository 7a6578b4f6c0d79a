// A model beside the follower: whatever is done to the files, every line is given out once.
#include "logs/follow/log_follower.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <log_rotation.h>
#include <scratch_tree.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>

namespace stockade::logs {
namespace {

namespace fs = std::filesystem;

void append(const std::string& path, std::string_view text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ASSERT_GE(descriptor, 0);
  test::append_to(descriptor, text);
  ::close(descriptor);
}

struct Tally {
  uint64_t lines = 0, lost = 0, doubled = 0;
};

// A log, those who write it, and what they wrote.
class World {
 public:
  explicit World(uint64_t seed) : random_(seed) { open_log(); }
  ~World() {
    ::close(log_);
    if (old_ >= 0) ::close(old_);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void write() {
    if (!half_.empty()) return write_half();
    const int lines = 1 + static_cast<int>(random_() % 40);
    // A writer that lingers on the renamed file finishes there.
    const bool lingering = old_ >= 0 && random_() % 2 == 0;
    for (int i = 0; i < lines; ++i) test::append_to(lingering ? old_ : log_, line());
  }
  void write_half() {
    if (!half_.empty()) {
      test::append_to(log_, half_);
      half_.clear();
      return;
    }
    const std::string text = line();
    const size_t cut = 1 + random_() % (text.size() - 1);
    test::append_to(log_, text.substr(0, cut));
    half_ = text.substr(cut);
  }
  void rename_log() {
    if (!half_.empty()) return;
    test::shift_rotated(path(), 199);
    fs::rename(path(), path() + ".1");
    if (old_ >= 0) ::close(old_);
    old_ = log_;
    open_log();
  }
  void copy_and_truncate() {
    if (!half_.empty() || fs::file_size(path()) == 0) return;
    test::shift_rotated(path(), 199);
    fs::copy_file(path(), path() + ".1");
    ASSERT_EQ(ftruncate(log_, 0), 0);
  }
  void compress_one() {
    for (int i = 2; i < 200; ++i) {
      const std::string name = path() + "." + std::to_string(i);
      if (!fs::exists(name)) continue;
      // Whoever compresses a file waits until nobody writes to it.
      struct stat named{}, held{};
      if (old_ >= 0 && ::stat(name.c_str(), &named) == 0 && ::fstat(old_, &held) == 0 &&
          named.st_ino == held.st_ino) {
        ::close(old_);
        old_ = -1;
      }
      test::gzip_file(name);
      return;
    }
  }
  void poll(uint64_t budget) {
    // The clock goes on: files are stamped by the kernel's.
    const Micros now = static_cast<Micros>(time(nullptr)) * kSecond + 999'999;
    follower_->poll(budget, now,
                    [&](std::string_view line, const LineOrigin&) { ++seen_[std::string(line)]; });
    if (std::getenv("TEST_TRACE") != nullptr) std::cerr << to_text(follower_->state());
  }
  void restart() {
    const std::string state = to_text(follower_->state());
    follower_ = std::make_unique<LogFollower>(path(), follow_state_from_text(state),
                                              LogFollower::Options{});
  }
  void finish() {
    if (!half_.empty()) write_half();
    for (int i = 0; i < 20; ++i) poll(1 << 20);
  }
  void check(uint64_t seed, Tally& tally) const {
    std::string wrong;
    tally.lines += written_;
    for (uint64_t n = 0; n < written_; ++n) {
      const auto at = seen_.find(text_of(n));
      const int times = at == seen_.end() ? 0 : at->second;
      tally.lost += times == 0 ? 1 : 0;
      tally.doubled += times > 1 ? 1 : 0;
      if (times != 1) wrong += std::to_string(n) + " x" + std::to_string(times) + " ";
    }
    EXPECT_EQ(wrong, "") << "seed " << seed << " of " << written_;
    EXPECT_EQ(seen_.size(), written_) << "seed " << seed;
    // A gap is sometimes told where there was none (the rest had been read under another name), so
    // it is not asked for here.
  }
  uint64_t random() { return random_(); }
  // For whoever looks for the cause of a failure: TEST_TRACE=1 TEST_SEED=n.
  std::string told(uint64_t action) const {
    constexpr const char* kNames[] = {"write",    "write",   "write",
                                      "half",     "rename",  "copy and truncate",
                                      "compress", "restart", "poll 100"};
    std::string text = action < std::size(kNames) ? kNames[action] : "poll";
    text += ", written " + std::to_string(written_) + ":";
    for (const auto& entry : fs::directory_iterator(fs::path(path()).parent_path())) {
      text += " " + entry.path().filename().string() + "=" +
              std::to_string(fs::file_size(entry.path()));
    }
    return text;
  }

 private:
  static std::string text_of(uint64_t number) {
    return "line " + std::to_string(number) + std::string(number % 97, 'x');
  }
  std::string line() { return text_of(written_++) + "\n"; }
  std::string path() const { return folder_.path() + "/access.log"; }
  void open_log() {
    log_ = ::open(path().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ASSERT_GE(log_, 0);
  }

  test::ScratchTree folder_;
  std::mt19937_64 random_;
  int log_ = -1, old_ = -1;
  uint64_t written_ = 0;
  std::string half_;
  std::map<std::string, int> seen_;
  std::unique_ptr<LogFollower> follower_ = std::make_unique<LogFollower>(
      folder_.path() + "/access.log", FollowState{}, LogFollower::Options{});
};

void live_through(uint64_t seed, Tally& tally) {
  World world(seed);
  for (int step = 0; step < 60; ++step) {
    const uint64_t action = world.random() % 12;
    if (std::getenv("TEST_TRACE") != nullptr)
      std::cerr << seed << "." << step << " " << world.told(action) << "\n";
    switch (action) {
      case 0:
      case 1:
      case 2:
        world.write();
        break;
      case 3:
        world.write_half();
        break;
      case 4:
        world.rename_log();
        break;
      case 5:
        world.copy_and_truncate();
        break;
      case 6:
        world.compress_one();
        break;
      case 7:
        world.restart();
        break;
      case 8:
        world.poll(100);
        break;
      default:
        world.poll(1 << 20);
    }
  }
  world.finish();
  world.check(seed, tally);
}

// A history takes twenty times as long under the sanitizers.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kIsSlow = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kIsSlow = true;
#else
constexpr bool kIsSlow = false;
#endif
#else
constexpr bool kIsSlow = false;
#endif

uint64_t histories() {
  if (kIsSlow) return 40;
  const char* const mode = std::getenv("TEST_MODE");
  return mode != nullptr && std::string_view(mode) == "full" ? 5000 : 150;
}

TEST(LogFollower, GivesOutEveryLineOnceWhateverHappens) {
  const uint64_t runs = histories();
  uint64_t first = 1;
  Tally tally;
  if (const char* seed = std::getenv("TEST_SEED")) first = std::strtoull(seed, nullptr, 10);
  for (uint64_t seed = first; seed < first + runs && !::testing::Test::HasFailure(); ++seed)
    live_through(seed, tally);
  std::cout << "NOTE: " << runs << " random histories of a log: " << tally.lines << " lines, lost "
            << tally.lost << ", doubled " << tally.doubled << "\n";
}

// What a follower gives out, as "number:text".
std::string given(LogFollower& follower, Micros now = 1) {
  std::string out;
  follower.poll(1 << 20, now, [&](std::string_view line, const LineOrigin& origin) {
    out += std::to_string(origin.number) + ":" + std::string(line.substr(0, 20)) + " ";
  });
  return out;
}

TEST(LogFollower, WaitsForTheEndOfALine) {
  const test::ScratchTree folder;
  LogFollower follower(folder.path() + "/a.log", {}, {});
  append(folder.path() + "/a.log", "one\ntw");
  EXPECT_EQ(given(follower), "1:one ");
  append(folder.path() + "/a.log", "o\n");
  EXPECT_EQ(given(follower), "2:two ");
}

TEST(LogFollower, CutsALineWithoutEndAndCountsIt) {
  const test::ScratchTree folder;
  LogFollower follower(folder.path() + "/a.log", {}, {});
  append(folder.path() + "/a.log", "x" + std::string(3'000'000, 'y') + "\nnext\n");
  std::string all;
  for (int i = 0; i < 8; ++i) all += given(follower);
  EXPECT_EQ(all, "1:xyyyyyyyyyyyyyyyyyyy 2:next ");
  EXPECT_EQ(follower.counts().cut_lines, 1U);
}

TEST(LogFollower, SkipsWhatAPowerCutLeaves) {
  const test::ScratchTree folder;
  append(folder.path() + "/a.log", std::string("one\n") + std::string(5000, '\0') + "two\n");
  LogFollower follower(folder.path() + "/a.log", {}, {});
  EXPECT_EQ(given(follower), "1:one 2:two ");
  EXPECT_EQ(follower.counts().zero_bytes, 5000U);
}

TEST(LogFollower, ReadsTheLastLineOfAFileWhoseWriterIsGone) {
  const test::ScratchTree folder;
  append(folder.path() + "/a.log", "one\ntwo");
  LogFollower follower(folder.path() + "/a.log", {}, {});
  EXPECT_EQ(given(follower), "1:one ");
  fs::rename(folder.path() + "/a.log", folder.path() + "/a.log.1");
  append(folder.path() + "/a.log", "new\n");
  EXPECT_EQ(given(follower, 2), "1:new ");
  EXPECT_EQ(given(follower, 3 + 700 * kSecond), "2:two ");
}

TEST(LogFollower, SaysThatAFileIsGone) {
  const test::ScratchTree folder;
  append(folder.path() + "/a.log", "one\ntwo\n");
  LogFollower first(folder.path() + "/a.log", {}, {});
  EXPECT_EQ(given(first), "1:one 2:two ");
  fs::remove(folder.path() + "/a.log");
  append(folder.path() + "/a.log", "another\n");
  LogFollower second(folder.path() + "/a.log", first.state(), {});
  EXPECT_EQ(given(second), "1:another ");
  EXPECT_EQ(second.counts().gaps, 1U);
}

TEST(LogFollower, BeginsBehindWhatStandsThereWhereItWasAsked) {
  const test::ScratchTree folder;
  append(folder.path() + "/a.log", "old\nhalf");
  LogFollower::Options options;
  options.from_end = true;
  LogFollower follower(folder.path() + "/a.log", {}, options);
  EXPECT_EQ(given(follower), "");
  append(folder.path() + "/a.log", " line\nnew\n");
  EXPECT_EQ(given(follower), "1:new ");
}

// It is known that nothing was there: what comes is not skipped by the next start.
TEST(LogFollower, ReadsALogThatAppearedWhileNobodyLookedFromItsStart) {
  const test::ScratchTree folder;
  LogFollower::Options options;
  options.from_end = true;
  const std::string path = folder.path() + "/a.log";
  LogFollower first(path, {}, options);
  EXPECT_EQ(given(first, 5), "");
  append(path, "one\n");
  LogFollower second(path, follow_state_from_text(to_text(first.state())), options);
  EXPECT_EQ(given(second, 6), "1:one ");
}

TEST(LogFollower, FollowsALinkToItsNewTarget) {
  const test::ScratchTree folder;
  append(folder.path() + "/real.1", "one\n");
  fs::create_symlink(folder.path() + "/real.1", folder.path() + "/a.log");
  LogFollower follower(folder.path() + "/a.log", {}, {});
  EXPECT_EQ(given(follower), "1:one ");
  append(folder.path() + "/real.2", "two\n");
  fs::remove(folder.path() + "/a.log");
  fs::create_symlink(folder.path() + "/real.2", folder.path() + "/a.log");
  append(folder.path() + "/real.1", "late\n");
  EXPECT_EQ(given(follower), "2:late 1:two ");
}

TEST(LogFollower, WaitsForALogThatIsNotThereYet) {
  const test::ScratchTree folder;
  LogFollower follower(folder.path() + "/a.log", {}, {});
  EXPECT_EQ(given(follower), "");
  EXPECT_NE(follower.problem(), "");
  append(folder.path() + "/a.log", "one\n");
  EXPECT_EQ(given(follower), "1:one ");
  EXPECT_EQ(follower.problem(), "");
}

// The follower of before, as the store would know it.
std::unique_ptr<LogFollower> restarted(const LogFollower& follower) {
  return std::make_unique<LogFollower>(
      follower.path(), follow_state_from_text(to_text(follower.state())), LogFollower::Options{});
}

TEST(LogFollower, GoesOnInAPackedFileThatWasReadInPart) {
  const test::ScratchTree folder;
  const std::string path = folder.path() + "/a.log";
  append(path, "first\n");
  auto follower = std::make_unique<LogFollower>(path, FollowState{}, LogFollower::Options{});
  EXPECT_EQ(given(*follower), "1:first ");
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "line " + std::to_string(i) + "\n";
  append(path, text);
  fs::rename(path, path + ".1");
  test::gzip_file(path + ".1");
  append(path, "new\n");
  // A turn's budget ends inside the packed file, and so does the watcher.
  uint64_t lines = 0;
  for (int i = 0; i < 10; ++i) {
    follower = restarted(*follower);
    follower->poll(1000, 2, [&](std::string_view, const LineOrigin&) { ++lines; });
  }
  EXPECT_EQ(lines, 40'001U);
  EXPECT_EQ(follower->counts().gaps, 0U);
}

TEST(LogFollower, LeavesAPackedFileThatIsBeingMade) {
  const test::ScratchTree folder;
  const std::string path = folder.path() + "/a.log";
  append(path + ".1", std::string("read long ago\n") + std::string(2000, 'x') + "\n");
  fs::last_write_time(path + ".1", fs::file_time_type::clock::now() - std::chrono::hours(24));
  append(path, "one\n");
  LogFollower follower(path, {}, {});
  const Micros now = static_cast<Micros>(time(nullptr)) * kSecond;
  EXPECT_EQ(given(follower, now), "1:one ");
  fs::copy_file(path + ".1", path + ".2");
  test::gzip_file(path + ".2");
  fs::rename(path + ".2.gz", path + ".1.gz");
  fs::last_write_time(path + ".1.gz", fs::file_time_type::clock::now());
  EXPECT_EQ(given(follower, now + kSecond), "");
  append(path, "two\n");
  EXPECT_EQ(given(follower, now + kSecond), "2:two ");
}

TEST(LogFollower, GoesOnInAFileThatGrowsAfterItWasLeft) {
  const test::ScratchTree folder;
  const std::string path = folder.path() + "/a.log";
  append(path, "one\n");
  auto follower = std::make_unique<LogFollower>(path, FollowState{}, LogFollower::Options{});
  const Micros now = static_cast<Micros>(time(nullptr)) * kSecond;
  EXPECT_EQ(given(*follower, now), "1:one ");
  fs::rename(path, path + ".1");
  append(path, "new\n");
  EXPECT_EQ(given(*follower, now + kSecond), "1:new ");
  EXPECT_EQ(given(*follower, now + 700 * kSecond), "");
  append(path + ".1", "a long download ends\n");
  EXPECT_EQ(given(*follower, now + 800 * kSecond), "2:a long download ends ");
  EXPECT_EQ(given(*follower, now + 1500 * kSecond), "");
  append(path + ".1", "and one more\n");
  follower = restarted(*follower);
  EXPECT_EQ(given(*follower, now + 1600 * kSecond), "3:and one more ");
}

// Nothing is known of a log that cannot be read: it is neither cut nor gone.
TEST(LogFileState, TellsAFileThatCannotBeReadFromAnother) {
  const test::ScratchTree folder;
  const int descriptor = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_GE(descriptor, 0);
  LogFileState state;
  state.front_length = state.marker_length = 4;
  state.offset = 4;
  EXPECT_EQ(content_sameness(descriptor, state), Sameness::unreadable);
  ::close(descriptor);
  append(folder.path() + "/a.log", "one\ntwo\n");
  const int log = ::open((folder.path() + "/a.log").c_str(), O_RDONLY);
  EXPECT_EQ(content_sameness(log, state), Sameness::other);
  state.front_hash = state.marker_hash = lasting_hash("one\n");
  EXPECT_EQ(content_sameness(log, state), Sameness::same);
  ::close(log);
}

TEST(LogFileState, TakesOnlyAFrontThatGoesWithWhatWasRead) {
  const test::ScratchTree folder;
  append(folder.path() + "/a.log", "one\ntwo\n");
  const int log = ::open((folder.path() + "/a.log").c_str(), O_RDONLY);
  LogFileState state;
  EXPECT_FALSE(extend_front(log, state, 0, "old\n"));  // cut and written anew since
  EXPECT_FALSE(extend_front(log, state, 0, "one\ntwo\nthree\n"));
  EXPECT_TRUE(extend_front(log, state, 4, "two\n"));
  EXPECT_EQ(state.front_length, 8U);
  append(folder.path() + "/a.log", "three\n");
  EXPECT_TRUE(extend_front(log, state));
  EXPECT_EQ(state.front_length, 14U);
  ASSERT_EQ(::truncate((folder.path() + "/a.log").c_str(), 0), 0);
  append(folder.path() + "/a.log", "something else altogether\n");
  EXPECT_FALSE(extend_front(log, state));
  EXPECT_EQ(state.front_length, 14U);
  ::close(log);
}

}  // namespace
}  // namespace stockade::logs
