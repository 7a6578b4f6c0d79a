// Every signature's own examples are its tests.
#include "logs/recognise/signature.h"

#include <gtest/gtest.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <utility>

#include "logs/parse/access_log.h"
#include "logs/recognise/matcher.h"

namespace stockade::logs {
namespace {

class Signatures : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = Matcher::create();
    ASSERT_TRUE(made) << made.error().message();
    matcher = *made;
  }

  bool shows(const Signature& signature, std::string_view example) {
    AccessRecord access;
    std::string request;
    if (example.starts_with("agent: ")) {
      access.agent = example.substr(7);
      access.method = "GET";
      access.target = "/";
    } else if (example.starts_with("referer: ")) {
      access.referer = example.substr(9);
      access.method = "GET";
      access.target = "/";
    } else if (example.starts_with("request: ")) {
      access.request = example.substr(9);
      split_request(access);
    } else {
      request = "GET " + std::string(example) + " HTTP/1.1";
      access.request = request;
      split_request(access);
    }
    Decoded decoded;
    decoded.decode(access);
    Matcher::Scratch scratch(*matcher);
    std::vector<Hit> hits;
    matcher->match(decoded, scratch, hits);
    for (const Hit& hit : hits) {
      if (&signatures()[hit.signature] == &signature) return true;
    }
    return false;
  }

  std::shared_ptr<const Matcher> matcher;
};

TEST_F(Signatures, MatchTheirPositiveExamples) {
  for (const Signature& signature : signatures()) {
    for (const std::string_view example : signature.positive) {
      EXPECT_TRUE(shows(signature, example)) << signature.id << " misses " << example;
    }
  }
}

TEST_F(Signatures, LeaveTheirNegativeExamples) {
  for (const Signature& signature : signatures()) {
    for (const std::string_view example : signature.negative) {
      EXPECT_FALSE(shows(signature, example)) << signature.id << " takes " << example;
    }
  }
}

// The steps that an expression takes on a text, from every place of it on; counting ends at `most`.
uint64_t steps_of(std::string_view expression, std::string_view text, uint64_t most) {
  int code = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* const compiled =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                    PCRE2_AUTO_CALLOUT | PCRE2_DOLLAR_ENDONLY, &code, &at, nullptr);
  pcre2_match_data* const data = pcre2_match_data_create_from_pattern(compiled, nullptr);
  pcre2_match_context* const context = pcre2_match_context_create(nullptr);
  std::pair<uint64_t, uint64_t> counted{0, most};
  pcre2_set_callout(
      context,
      [](pcre2_callout_block*, void* count) {
        auto& [steps, limit] = *static_cast<std::pair<uint64_t, uint64_t>*>(count);
        return ++steps > limit ? PCRE2_ERROR_CALLOUT : 0;
      },
      &counted);
  pcre2_match(compiled, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data,
              context);
  pcre2_match_context_free(context);
  pcre2_match_data_free(data);
  pcre2_code_free(compiled);
  return counted.first;
}

// Whoever writes into the log may try to keep the expressions busy: none may take more and more
// steps for each byte the longer a text is.
TEST_F(Signatures, TakeNoLongerForEachByteOfALongText) {
  constexpr size_t kShort = 1000, kLong = 8000;
  constexpr uint64_t kMostForAByte = 600;
  const std::vector<std::string> pieces = {
      "(",   "((", "[[",  "{{",    "{{a",  "${a", "$a(", "$a[",  "$",    "'",       "'a",
      "\"a", "a,", "=1",  " and ", " or ", "../", "<a ", "<!--", "&#1;", "\\u0041", "if a",
      "%a",  "/?", "*)(", ";",     "|",    "`",   "\n",  " ",    "a",    "0x",      "concat("};
  for (const Signature& signature : signatures()) {
    if (signature.pattern.empty()) continue;
    std::vector<std::string> own = pieces;
    for (const std::string_view literal : signature.literals) own.emplace_back(literal);
    for (const std::string& piece : own) {
      const auto repeated = [&](size_t size) {
        std::string text;
        while (text.size() < size) text += piece;
        return text + "x";  // what ends a text well does not match
      };
      // Most are cheap: those need no second look.
      if (steps_of(signature.pattern, repeated(kShort), 100 * kShort) < 30 * kShort) continue;
      EXPECT_LE(steps_of(signature.pattern, repeated(kLong), kMostForAByte * kLong + 1),
                kMostForAByte * kLong)
          << signature.id << ": " << piece << " again and again";
    }
  }
}

TEST_F(Signatures, HaveIdsTitlesAndExamples) {
  for (const Signature& signature : signatures()) {
    EXPECT_FALSE(signature.title.empty());
    EXPECT_FALSE(signature.positive.empty()) << signature.id;
    EXPECT_FALSE(signature.negative.empty()) << signature.id;
  }
}

}  // namespace
}  // namespace stockade::logs
