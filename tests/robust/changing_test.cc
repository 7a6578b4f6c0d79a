// Somebody else is at work in the same tree.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "program.h"
#include "site.h"

namespace stockade::robust {
namespace {

using testing::Contains;
using testing::HasSubstr;

// Does something over and over while it lives.
class Meddler {
 public:
  explicit Meddler(std::function<void(int)> act)
      : thread_([this, act = std::move(act)] {
          for (int turn = 0; !done_; ++turn) act(turn);
        }) {}
  ~Meddler() {
    done_ = true;
    thread_.join();
  }
  Meddler(const Meddler&) = delete;
  Meddler& operator=(const Meddler&) = delete;

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

void put(const std::string& path, const std::string& text, int flags) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
  if (file < 0) return;
  EXPECT_GE(write(file, text.data(), text.size()), 0);
  close(file);
}

TEST(RobustChanging, AFileThatGrowsForever) {
  const Site site("Include c/*.conf");
  const std::string log = site.outside(Site::in_c("log.conf"));
  const std::string lines(1 << 16, '\n');
  put(log, lines, 0);
  nlohmann::json report;
  {
    const Meddler writer([&](int turn) { put(log, lines, turn % 2000 == 0 ? O_TRUNC : O_APPEND); });
    for (int i = 0; i < 5; ++i) report = audit({"--root", site.path()});
  }
  for (const std::string& row : not_checked(report)) {
    if (row.find("log.conf") == std::string::npos) continue;
    EXPECT_THAT(row, HasSubstr("kept changing"));
  }
  EXPECT_THAT(refusals(report), testing::IsEmpty());
}

// Written in place, half of it may be there: what was read is one of the two, or is not judged.
TEST(RobustChanging, AFileThatIsRewrittenInPlace) {
  const Site site("Include c/*.conf");
  const std::string file = site.outside(Site::in_c("a.conf"));
  const std::string padding(200'000, '\n');
  const std::string one = "<Directory /a>\n" + padding + "</Directory>\n";
  const std::string other = "<Location /b>\n" + padding + padding + "</Location>\n";
  put(file, one, O_TRUNC);
  const Meddler writer([&](int turn) {
    put(file, turn % 2 == 0 ? one : other, O_TRUNC);
    usleep(2000);
  });
  for (int i = 0; i < 15; ++i) {
    for (const std::string& row : refusals(audit({"--root", site.path()}))) ADD_FAILURE() << row;
  }
}

TEST(RobustChanging, AFileThatIsReplacedByAFifo) {
  const Site site("IncludeOptional c/*.conf");
  const std::string name = site.outside(Site::in_c("a.conf"));
  const std::string fifo = site.outside("/fifo");
  const std::string file = site.outside("/file");
  const Meddler swapper([&](int turn) {
    if (turn % 2 == 0) {
      if (mkfifo(fifo.c_str(), 0644) == 0) rename(fifo.c_str(), name.c_str());
    } else {
      put(file, "TraceEnable Off\n", O_TRUNC);
      rename(file.c_str(), name.c_str());
    }
  });
  for (int i = 0; i < 20; ++i) {
    for (const std::string& row : refusals(audit({"--root", site.path()}))) {
      EXPECT_THAT(row, HasSubstr("a.conf: not a regular file"));
    }
  }
}

TEST(RobustChanging, FilesThatComeAndGo) {
  const Site site("IncludeOptional c/*.conf\nDocumentRoot /srv");
  site.make_directory("/srv/deep");
  const Meddler meddler([&](int turn) {
    const std::string number = std::to_string(turn % 7);
    const std::string config = site.outside(Site::in_c(number + ".conf"));
    const std::string folder = site.outside("/srv/deep/" + number);
    turn % 2 == 0 ? put(config, "TraceEnable Off\n", 0) : static_cast<void>(unlink(config.c_str()));
    turn % 3 == 0 ? static_cast<void>(rmdir(folder.c_str()))
                  : static_cast<void>(mkdir(folder.c_str(), 0755));
  });
  for (int i = 0; i < 15; ++i) {
    const auto report = audit({"--root", site.path()});
    for (const std::string& row : refusals(report)) {
      EXPECT_THAT(row, HasSubstr("No such file or directory"));
    }
  }
}

}  // namespace
}  // namespace stockade::robust
