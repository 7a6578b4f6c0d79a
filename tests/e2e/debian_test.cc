// The machine that runs the tests, where it has Debian's apache2 as the package brought it: what we
// find there was reviewed, and nothing else may be found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "program.h"

namespace stockade::e2e {
namespace {

bool as_packaged() {
  return access("/etc/apache2/apache2.conf", R_OK) == 0 &&
         shell("dpkg --verify apache2 apache2-bin apache2-data").output.empty() &&
         shell("ls /etc/apache2/sites-enabled").output == "000-default.conf\n";
}

TEST(StockDebian, HasTheseFaultsAndNoOthers) {
  if (!as_packaged()) {
    GTEST_SKIP() << "Debian's apache2 is not here as its package brought it";
  }
  // conf-enabled/security.conf of the package sets both on purpose, for debugging; its own comment
  // names the stricter values. The two headers are set nowhere.
  EXPECT_THAT(rules_of(stockade("audit --format json")),
              testing::UnorderedElementsAre("framing-unprotected", "nosniff-missing",
                                            "server-signature-on", "server-tokens-verbose"));
}

}  // namespace
}  // namespace stockade::e2e
