// Each expectation is httpd's own; tests/corpus/nasty asks it again for most of them.
#include "conf/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockade::conf {
namespace {

// "line-last_line counted |text|" of each line; empty ones too.
std::vector<std::string> lines_of(std::string_view bytes) {
  SourceFile file;
  file.bytes = bytes;
  LineReader reader(file, 0);
  std::vector<std::string> rows;
  for (LogicalLine line; reader.next(line);) {
    rows.push_back(std::to_string(line.line) + "-" + std::to_string(line.last_line) + " " +
                   std::to_string(line.counted) + " |" + std::string(line.text) + "|" +
                   (line.too_long ? " too long" : ""));
  }
  return rows;
}

struct LineRow {
  const char* what;
  std::string_view bytes;
  std::vector<std::string> lines;
};

using namespace std::string_view_literals;

const LineRow kRows[] = {
    {"nothing", "", {}},
    {"no line end", "a", {"1-1 1 |a|"}},
    {"blanks around", "\t a b \v\n", {"1-1 1 |a b|"}},
    {"two ways to end a line", "a\r\nb\n", {"1-1 1 |a|", "2-2 2 |b|"}},
    {"a return alone ends none", "a\rb\n", {"1-1 1 |a\rb|"}},
    {"joined within a word", "a\\\n.example\n", {"1-2 2 |a.example|"}},
    {"joined across CRLF", "a\\\r\nb\r\n", {"1-2 2 |ab|"}},
    {"joined within a comment", "# a\\\nTimeout 7\n", {"1-2 2 |# aTimeout 7|"}},
    {"no blank comes between, none goes", "a \\\n  b\n", {"1-2 2 |a   b|"}},
    {"a blank behind the backslash", "a\\ \nb\n", {"1-1 1 |a\\|", "2-2 2 |b|"}},
    {"two backslashes: one goes", "a\\\\\nb\n", {"1-2 2 |a\\b|"}},
    {"a backslash at the end", "a\\", {"1-1 1 |a\\|"}},
    {"and behind it nothing", "a\\\n", {"1-1 2 |a|"}},
    {"leading empty pieces: the place is the text's", "\\\n\\\n a\n", {"3-3 3 |a|"}},
    {"a mark of byte order is text",
     "\xEF\xBB\xBF"
     "a\n",
     {"1-1 1 |\xEF\xBB\xBF"
      "a|"}},
    {"a NUL hides the rest of its line", "a\0b\\\nc\n"sv, {"1-1 1 |a|", "2-2 2 |c|"}},
    {"bytes above 127", "\xff\xe4 \xf6\n", {"1-1 1 |\xff\xe4 \xf6|"}},
};

TEST(ConfLines, AreJoinedTrimmedAndCounted) {
  for (const LineRow& row : kRows) {
    EXPECT_THAT(lines_of(row.bytes), testing::ElementsAreArray(row.lines)) << row.what;
  }
}

bool first_is_too_long(std::string bytes) {
  SourceFile file;
  file.bytes = std::move(bytes);
  LineReader reader(file, 0);
  LogicalLine line;
  EXPECT_TRUE(reader.next(line));
  return line.too_long;
}

TEST(ConfLines, OfSixteenMebibytesAreTheLongest) {
  EXPECT_FALSE(first_is_too_long(std::string(kMaxLineLength, 'x')));
  EXPECT_TRUE(first_is_too_long(std::string(kMaxLineLength + 1, 'x')));
  // Joined ones count as a whole.
  EXPECT_TRUE(first_is_too_long(std::string(kMaxLineLength, 'x') + "\\\nx\n"));
}

// Every byte of a line can be found in its file again.
TEST(ConfLines, KnowWhereTheirBytesStand) {
  SourceFile file;
  file.bytes = "  Server\\\nName a\\\r\n.example\n";
  LineReader reader(file, 0);
  LogicalLine line;
  ASSERT_TRUE(reader.next(line));
  ASSERT_EQ(line.text, "ServerName a.example");
  for (size_t i = 0; i < line.text.size(); ++i) {
    EXPECT_EQ(file.bytes[line.source_begin(i)], line.text[i]) << i;
  }
}

}  // namespace
}  // namespace stockade::conf
