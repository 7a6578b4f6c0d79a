#include "rules/support/php.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockade::rules {
namespace {

using testing::ElementsAre;

std::vector<std::string> rows(std::vector<host::PhpSettings> php) {
  Snapshot snapshot;
  snapshot.php = std::move(php);
  std::vector<std::string> rows;
  for (const PhpValue& value : php_values(snapshot, "expose_php", "1")) {
    rows.push_back(fmt::format("{} {} {}{}", value.program, value.file, value.value,
                               value.by_default ? " (default)" : ""));
  }
  return rows;
}

TEST(PhpValues, OfLaterFilesWin) {
  EXPECT_THAT(rows({{"apache2 8.2", "ini", {{"expose_php", "On"}}},
                    {"apache2 8.2", "conf.d", {{"expose_php", "Off"}}},
                    {"apache2 8.2", "other", {{"x", "1"}}}}),
              ElementsAre("apache2 8.2 conf.d Off"));
}

TEST(PhpValues, AreTheDefaultWhereNothingIsSaid) {
  EXPECT_THAT(rows({{"apache2", "ini", {}}, {"cli", "cli.ini", {}}, {"fpm 8.2", "fpm.ini", {}}}),
              ElementsAre("apache2 ini 1 (default)", "fpm 8.2 fpm.ini 1 (default)"));
}

TEST(PhpValues, OfPoolsStandOnTop) {
  EXPECT_THAT(rows({{"fpm", "ini", {{"expose_php", "On"}}},
                    {"fpm pool a", "a.conf", {{"expose_php", "off"}}},
                    {"fpm pool b", "b.conf", {}}}),
              ElementsAre("fpm ini On", "fpm pool a a.conf off"));
  EXPECT_THAT(rows({{"fpm", "ini", {{"expose_php", "On"}}},
                    {"fpm pool a", "a.conf", {{"expose_php", "off"}}}}),
              ElementsAre("fpm pool a a.conf off"));
}

TEST(PhpValues, AreSwitchesAsPhpReadsThem) {
  for (const char* on : {"On", "TRUE", "yes", "1", "2", " 1 ", "1x", "-1"}) {
    EXPECT_TRUE(is_php_true(on)) << on;
  }
  for (const char* off : {"Off", "", "0", "no", "none", "x", "stderr"}) {
    EXPECT_FALSE(is_php_true(off)) << off;
  }
  EXPECT_TRUE(is_php_undecided("${SHOW}"));
}

}  // namespace
}  // namespace stockade::rules
