#include "rules/support/strictness.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

std::optional<int> laxity(std::string_view line) {
  const auto example = parse_example(line);
  const Snapshot snapshot = example_snapshot(*example);
  return laxity_of(*snapshot.config.root);
}

TEST(Strictness, OrdersValuesOfOneDirective) {
  EXPECT_LT(*laxity("ServerTokens Prod\n"), *laxity("ServerTokens OS\n"));
  EXPECT_EQ(*laxity("ServerTokens prod\n"), *laxity("ServerTokens ProductOnly\n"));
  EXPECT_LT(*laxity("SSLProtocol TLSv1.2 TLSv1.3\n"), *laxity("SSLProtocol all\n"));
  EXPECT_LT(*laxity("SSLVerifyClient require\n"), *laxity("SSLVerifyClient none\n"));
}

TEST(Strictness, SaysNothingOfWhatItDoesNotKnow) {
  EXPECT_EQ(laxity("ServerTokens Verbose\n"), std::nullopt);
  EXPECT_EQ(laxity("ServerName example.org\n"), std::nullopt);
}

}  // namespace
}  // namespace stockade::rules
