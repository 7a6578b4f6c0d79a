#include "finding/fingerprint.h"

#include <gtest/gtest.h>

#include <set>

namespace stockade {
namespace {

Finding finding(std::string path, std::string argument, uint32_t line = 1) {
  Finding result;
  result.rule = "some-rule";
  result.place = {"/etc/apache2/apache2.conf", line, 3, 1};
  result.directive_path = std::move(path);
  result.argument = std::move(argument);
  return result;
}

std::string fingerprint(Finding one) {
  std::vector<Finding> findings = {std::move(one)};
  set_fingerprints(findings);
  return findings.front().fingerprint;
}

TEST(Fingerprint, SurvivesMovedLinesOtherBlanksAndOtherWords) {
  Finding moved = finding("VirtualHost a:80 > Options", "Indexes  \tFollowSymLinks", 90);
  moved.message = "says it differently";
  moved.severity = Severity::critical;
  EXPECT_EQ(fingerprint(moved),
            fingerprint(finding("VirtualHost a:80 > Options", "Indexes FollowSymLinks")));
}

TEST(Fingerprint, TellsHostsArgumentsAndRulesApart) {
  std::set<std::string> all = {fingerprint(finding("VirtualHost a:80 > Options", "Indexes")),
                               fingerprint(finding("VirtualHost b:80 > Options", "Indexes")),
                               fingerprint(finding("VirtualHost a:80 > Options", "All")),
                               fingerprint(finding("VirtualHost a:80", "> Options Indexes"))};
  Finding other = finding("VirtualHost a:80 > Options", "Indexes");
  other.rule = "other-rule";
  all.insert(fingerprint(other));
  EXPECT_EQ(all.size(), 5u);
}

TEST(Fingerprint, NeverChangesBetweenReleases) {
  EXPECT_EQ(fingerprint(finding("VirtualHost a:80 > Options", "Indexes")), "367b6ede83121ad1");
}

TEST(Fingerprint, NumbersEqualOnesInTheirOrder) {
  std::vector<Finding> findings(3, finding("Options", "Indexes"));
  set_fingerprints(findings);
  EXPECT_EQ(findings[0].fingerprint.size(), 16u);
  EXPECT_EQ(findings[1].fingerprint, findings[0].fingerprint + "-2");
  EXPECT_EQ(findings[2].fingerprint, findings[0].fingerprint + "-3");
}

}  // namespace
}  // namespace stockade
