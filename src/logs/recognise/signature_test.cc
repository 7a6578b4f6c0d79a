// Every signature's own examples are its tests.
#include "logs/recognise/signature.h"

#include <gtest/gtest.h>

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

TEST_F(Signatures, HaveIdsTitlesAndExamples) {
  for (const Signature& signature : signatures()) {
    EXPECT_FALSE(signature.title.empty());
    EXPECT_FALSE(signature.positive.empty()) << signature.id;
    EXPECT_FALSE(signature.negative.empty()) << signature.id;
  }
}

}  // namespace
}  // namespace stockade::logs
