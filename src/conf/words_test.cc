// Source of the expectations: ap_getword_conf, and tests/corpus/nasty by httpd itself.
#include "conf/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockade::conf {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  Arena arena;
  WordScanner scanner(text, arena);
  std::vector<std::string> words;
  for (ScannedWord word; scanner.next(word);) words.emplace_back(word.text);
  return words;
}

struct WordRow {
  std::string_view text;
  std::vector<std::string> words;
};

const WordRow kWordRows[] = {
    {"", {}},
    {" \t\r ", {}},
    {"a  b\tc\v", {"a", "b", "c"}},
    {R"("a b" 'c d')", {"a b", "c d"}},
    {R"(a"b c")", {R"(a"b)", R"(c")"}},  // a quote opens at a word's start only
    {R"("a"b)", {"a", "b"}},             // and what follows is the next word
    {R"("a'b" 'c"d')", {"a'b", "c\"d"}},
    {R"("a\"b")", {"a\"b"}},
    {R"('a\"b')", {R"(a\"b)"}},  // the other quote needs no escape and gets none
    {R"("a\b" a\b)", {R"(a\b)", R"(a\b)"}},
    {R"("a\\" b)", {R"(a\)", "b"}},
    {R"(a\\b)", {R"(a\b)"}},
    {R"(a\ b)", {R"(a\)", "b"}},  // a blank cannot be escaped
    {R"("a b)", {"a b"}},         // unclosed: up to the end
    {R"(")", {""}},
    {R"("" '')", {"", ""}},
    {"a # b", {"a", "#", "b"}},  // no comment behind the first word
    {"\xff \xc3\xa4", {"\xff", "\xc3\xa4"}},
};

TEST(ConfWords, AreSplitAsHttpdSplitsThem) {
  for (const WordRow& row : kWordRows) {
    EXPECT_THAT(words_of(row.text), testing::ElementsAreArray(row.words)) << row.text;
  }
}

TEST(ConfWords, KnowTheirPlacesWithQuotes) {
  Arena arena;
  const std::string_view text = R"(  x  "a \" b"  c)";
  WordScanner scanner(text, arena);
  std::vector<std::string_view> written;
  for (ScannedWord word; scanner.next(word);) {
    written.push_back(text.substr(word.begin, word.end - word.begin));
  }
  EXPECT_THAT(written, testing::ElementsAre("x", R"("a \" b")", "c"));
}

}  // namespace
}  // namespace stockade::conf
