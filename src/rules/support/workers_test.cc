#include "rules/support/workers.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

TEST(Worker, IsFoundWithItsGroups) {
  const Snapshot snapshot = example_snapshot(
      *parse_example("#: group media 900 www-data\nUser www-data\nGroup www-data\n"));
  const Worker worker = worker_of(snapshot);
  EXPECT_EQ(worker.uid, 33u);
  EXPECT_EQ(worker.gids, (std::vector<uint32_t>{33, 900}));
  EXPECT_FALSE(worker_of(example_snapshot(*parse_example(""))).known());
  EXPECT_FALSE(
      worker_of(example_snapshot(*parse_example("#: unknown accounts\nUser www-data\n"))).known());
}

TEST(Worker, WritesByTheFirstClassThatFits) {
  Worker worker;
  worker.uid = 33;
  worker.gids = {33};
  const auto writes = [&](uint32_t mode, uint32_t uid, uint32_t gid) {
    return may_write(worker, {.mode = mode, .uid = uid, .gid = gid});
  };
  EXPECT_TRUE(writes(0700, 33, 0));
  EXPECT_FALSE(writes(0077, 33, 33)) << "the owner's bits alone count for the owner";
  EXPECT_TRUE(writes(0770, 0, 33));
  EXPECT_FALSE(writes(0707, 0, 33));
  EXPECT_TRUE(writes(0707, 0, 0));
}

TEST(WritableByOthers, SparesRootAndStickyFolders) {
  const auto open = [](FileType type, uint32_t mode, uint32_t uid, uint32_t gid) {
    return is_writable_by_others({.type = type, .mode = mode, .uid = uid, .gid = gid});
  };
  EXPECT_FALSE(open(FileType::regular, 0664, 0, 0));
  EXPECT_TRUE(open(FileType::regular, 0664, 0, 33));
  EXPECT_TRUE(open(FileType::regular, 0644, 33, 0));
  EXPECT_FALSE(open(FileType::directory, 01777, 0, 0));
  EXPECT_TRUE(open(FileType::directory, 0777, 0, 0));
  EXPECT_FALSE(open(FileType::symlink, 0777, 33, 33));
}

}  // namespace
}  // namespace stockade::rules
