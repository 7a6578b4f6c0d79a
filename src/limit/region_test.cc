#include "limit/region.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace stockade::limit {
namespace {

class RegionFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "stockade-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ / "limit";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  RegionError attach(Region& region) const {
    const int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return RegionError::no_memory;
    const RegionError error = Region::attach(fd, false, region);
    close(fd);
    return error;
  }
  void damage(off_t at, uint64_t value) const {
    const int fd = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(pwrite(fd, &value, sizeof value, at), ssize_t{sizeof value});
    close(fd);
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

constexpr RegionSize kSmall{64 << 10, 16 << 10, 64};

TEST_F(RegionFile, IsSeenByWhoeverAttaches) {
  Region region;
  ASSERT_EQ(Region::create_at(path_.c_str(), kSmall, region), RegionError::none);
  Ban ban;
  region.bans().add(Client::from_ipv4(9).network(32), BanReason::manual, 60, 0, ban);
  Region other;
  ASSERT_EQ(attach(other), RegionError::none);
  EXPECT_TRUE(other.bans().find(Client::from_ipv4(9).network(32), 1, ban));
  struct stat status{};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(RegionFile, HasAllItsPagesFromTheStart) {
  Region region;
  ASSERT_EQ(Region::create_at(path_.c_str(), {4 << 20, 64 << 10, 1024}, region), RegionError::none);
  struct stat status{};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_GE(static_cast<size_t>(status.st_blocks) * 512, region.bytes());
}

TEST_F(RegionFile, IsRefusedWhereThereIsNoRoom) {
  const pid_t child = fork();
  if (child == 0) {
    // A file system of four megabytes, for this process alone: what fits goes, what does not is not
    // left half made.
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=4m") != 0)
      _exit(2);
    Region region;
    if (Region::create_at(path_.c_str(), kSmall, region) != RegionError::none) _exit(3);
    if (Region::create_at(path_.c_str(), {16 << 20, 64 << 10, 64}, region) !=
        RegionError::no_memory)
      _exit(4);
    _exit(std::filesystem::exists(path_) ? 5 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) GTEST_SKIP() << "no mounts here";
  EXPECT_EQ(status, 0);
}

TEST_F(RegionFile, RefusesWhatIsNone) {
  Region region;
  std::ofstream(path_) << std::string(100'000, 'x');
  EXPECT_EQ(attach(region), RegionError::not_ours);
  std::ofstream(path_, std::ios::trunc) << "short";
  EXPECT_EQ(attach(region), RegionError::not_ours);
  EXPECT_FALSE(region.valid());
}

TEST_F(RegionFile, RefusesAnotherLayoutAndDamage) {
  Region region;
  ASSERT_EQ(Region::create_at(path_.c_str(), kSmall, region), RegionError::none);
  Region other;
  const auto set = [&](size_t offset, uint64_t value) {
    damage(static_cast<off_t>(offset), value);
    const RegionError error = attach(other);
    return error;
  };
  const uint64_t buckets = region.header().counter_buckets;
  EXPECT_EQ(set(offsetof(Header, counter_buckets), buckets * 2), RegionError::damaged);
  EXPECT_EQ(set(offsetof(Header, counter_buckets), 0), RegionError::damaged);
  EXPECT_EQ(set(offsetof(Header, counter_buckets), ~uint64_t{0}), RegionError::damaged);
  EXPECT_EQ(set(offsetof(Header, counter_buckets), uint64_t{1} << 63), RegionError::damaged);
  EXPECT_EQ(set(offsetof(Header, counter_buckets), buckets), RegionError::none);
  EXPECT_EQ(set(offsetof(Header, layout), kLayout + 1), RegionError::other_layout);
  EXPECT_FALSE(std::filesystem::is_empty(path_));
}

TEST_F(RegionFile, AnOldFileIsReplacedNotFollowed) {
  const auto target = folder_ / "target";
  std::ofstream(target) << "precious";
  std::filesystem::create_symlink(target, path_);
  Region region;
  ASSERT_EQ(Region::create_at(path_.c_str(), kSmall, region), RegionError::none);
  EXPECT_EQ(std::filesystem::file_size(target), 8u);
}

TEST(Region, TakesNoMoreMemoryThanItSays) {
  Region region;
  ASSERT_EQ(Region::create({1 << 20, 64 << 10, 1024}, region), RegionError::none);
  EXPECT_EQ(region.counters().capacity(), (1u << 20) / 16);
  EXPECT_EQ(region.bytes(),
            (1u << 20) + (64u << 10) + 1024 * 64 + (512u << 10) + region.header().header_bytes);
  Region tiny;
  ASSERT_EQ(Region::create({0, 0, 0}, tiny), RegionError::none);
  EXPECT_EQ(tiny.counters().capacity(), 256u);
}

TEST(Region, TimeBeginsWithIt) {
  Region region;
  ASSERT_EQ(Region::create(kSmall, region), RegionError::none);
  EXPECT_LT(region.now(), 10 * kTicksPerSecond);
  region.header().made_monotonic += 1'000'000'000;
  EXPECT_EQ(region.now(), 0u);
}

}  // namespace
}  // namespace stockade::limit
