#include "host/json_text.h"

#include <gtest/gtest.h>

namespace stockade::host {
namespace {

TEST(JsonText, KnowsUtf8) {
  for (const char* text :
       {"", "abc", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* text : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xe2\x82", "\xff"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(JsonText, PutsEveryByteIntoBase64) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes += static_cast<char>(i);
  }
  for (const char* text : {"Zg", "Zg=", "Zh==", "Z===", "Z", "Zm9v=", "!!!!", "Zg==Zg=="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(JsonText, CountsNesting) {
  EXPECT_EQ(nesting_of("[]"), 1u);
  EXPECT_EQ(nesting_of("{\"a\":[[1],{}]}"), 3u);
  EXPECT_EQ(nesting_of("\"[[[\\\"[[\""), 0u);
  EXPECT_EQ(nesting_of("]]]["), 1u);
}

}  // namespace
}  // namespace stockade::host
