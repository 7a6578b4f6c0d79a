#include "logs/scan/line_chunks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

namespace stockade::logs {
namespace {

// Gives out what it holds in portions of any size, and fails at the end where it is told to.
class Portions : public ByteSource {
 public:
  Portions(std::string text, size_t portion, bool fails)
      : text_(std::move(text)), portion_(portion), fails_(fails) {}
  Result<size_t> read(char* to, size_t size) override {
    const size_t count = std::min({size, portion_, text_.size() - at_});
    if (count == 0 && fails_)
      return tl::make_unexpected(
          Error{.attempted = "read", .subject = "log", .cause = "it is damaged", .remedy = ""});
    std::memcpy(to, text_.data() + at_, count);
    at_ += count;
    return count;
  }
  uint64_t position() const override { return at_; }
  bool is_packed() const override { return false; }

 private:
  std::string text_;
  size_t portion_, at_ = 0;
  bool fails_;
};

struct Read {
  std::vector<std::string> lines;
  uint64_t cut = 0;
  std::string problem;
};

Read read_all(const std::string& text, size_t size, size_t portion, bool fails = false) {
  LineChunks chunks(std::make_unique<Portions>(text, portion, fails), size);
  Read read;
  LineChunk chunk;
  while (true) {
    const auto more = chunks.next(chunk);
    if (!more) read.problem = more.error().message();
    if (!more || !*more) break;
    LinesOf lines(chunk.text());
    for (std::string_view line; lines.next(line);) read.lines.emplace_back(line);
  }
  read.cut = chunks.trouble().cut_lines;
  return read;
}

TEST(Chunks, HoldEachLineOnceWhateverTheirSize) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    std::vector<std::string> expected;
    uint64_t cut = 0;
    for (uint64_t i = random() % 30; i > 0; --i) {
      const size_t length = random() % 20 == 0 ? random() % (4 * kMostLine) : random() % 300;
      std::string line(length, static_cast<char>('a' + random() % 26));
      text += line + "\n";
      if (line.size() > kMostLine) ++cut;
      expected.push_back(line.substr(0, kMostLine));
    }
    const Read read = read_all(text, 1 + random() % (2 * kMostLine), 1 + random() % 100'000);
    ASSERT_EQ(read.lines.size(), expected.size()) << "round " << round;
    for (size_t i = 0; i < expected.size(); ++i) {
      // A line that came whole with others may stay whole though it is long.
      ASSERT_EQ(read.lines[i].substr(0, kMostLine), expected[i]) << "round " << round;
    }
    EXPECT_LE(read.cut, cut);
  }
}

TEST(Chunks, TheLastLineNeedsNoEnd) {
  EXPECT_EQ(read_all("one\ntwo", 4, 3).lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(read_all("", 4, 3).lines.empty());
}

TEST(Chunks, AnErrorIsToldAfterWhatCameBeforeIt) {
  const Read read = read_all("one\ntwo\nthr", 1000, 4, true);
  EXPECT_EQ(read.lines, (std::vector<std::string>{"one", "two", "thr"}));
  EXPECT_NE(read.problem.find("it is damaged"), std::string::npos);
}

TEST(Chunks, ALineWithoutAnEndIsCutAndCountedOnce) {
  const std::string endless(10 * kMostLine, 'x');
  const Read read = read_all("before\n" + endless + "\nafter\n", kMostLine, 5000);
  ASSERT_EQ(read.lines.size(), 3U);
  EXPECT_EQ(read.lines[1].size(), kMostLine);
  EXPECT_EQ(read.lines[2], "after");
  EXPECT_EQ(read.cut, 1U);
}

}  // namespace
}  // namespace stockade::logs
