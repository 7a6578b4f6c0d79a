#include "base/recorded_files.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/memory_file_system.h"

namespace stockade {
namespace {

TEST(RecordedFiles, AnswerAgainAsBefore) {
  MemoryFileSystem disk;
  disk.add_file("/etc/a", "text", 0600, 1, 2);
  disk.add_link("/etc/b", "a");
  RecordedFiles record;
  const RecordingFileSystem recording(disk, record);
  EXPECT_EQ(recording.read("/etc/a", 10).value(), "text");
  EXPECT_FALSE(recording.read("/etc/none", 10));
  EXPECT_EQ(recording.list("/etc")->size(), 2u);
  EXPECT_EQ(recording.link_target("/etc/b").value(), "a");
  EXPECT_EQ(recording.status("/etc/b")->uid, 1u);
  EXPECT_EQ(recording.link_status("/etc/b")->type, FileType::symlink);

  const ReplayedFileSystem replayed(record);
  EXPECT_EQ(replayed.read("/etc/a", 10).value(), "text");
  EXPECT_EQ(replayed.read("/etc/a", 3).error().code, EFBIG);
  EXPECT_EQ(replayed.read("/etc/none", 10).error().code, ENOENT);
  EXPECT_EQ(replayed.list("/etc").value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(replayed.link_target("/etc/b").value(), "a");
  EXPECT_EQ(replayed.status("/etc/b")->mode, 0600u);
  EXPECT_EQ(replayed.link_status("/etc/b")->type, FileType::symlink);
  EXPECT_EQ(replayed.read("/etc/b", 10).error().code, ENOENT) << "nobody asked for that";
}

}  // namespace
}  // namespace stockade
