#include "rules/support/log_level.h"

#include <gtest/gtest.h>

namespace stockade::rules {
namespace {

TEST(LogLevel, IsOrderedAndIgnoresCase) {
  EXPECT_EQ(log_level("emerg"), LogLevel::emerg);
  EXPECT_EQ(log_level("Warn"), LogLevel::warn);
  EXPECT_EQ(log_level("trace8"), LogLevel::trace);
  EXPECT_LT(*log_level("crit"), *log_level("error"));
  EXPECT_GT(*log_level("trace1"), *log_level("debug"));
}

TEST(LogLevel, AModulesLevelIsNone) {
  EXPECT_FALSE(log_level("ssl:info"));
  EXPECT_FALSE(log_level("trace"));
  EXPECT_FALSE(log_level(""));
}

}  // namespace
}  // namespace stockade::rules
