#include "rules/support/rewriting.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

Snapshot snapshot_of(std::string_view text) { return example_snapshot(*parse_example(text)); }

TEST(Rewriting, ScopesWithTheirConditions) {
  const Snapshot snapshot = snapshot_of(
      "Listen 80\n"
      "RewriteEngine on\n"
      "RewriteCond %{HTTPS} off\n"
      "RewriteRule ^/a - [F]\n"
      "RewriteRule ^/b - [G]\n"
      "<VirtualHost *:80>\n"
      "  <Directory /srv>\n"
      "    RewriteRule ^c d\n"
      "  </Directory>\n"
      "</VirtualHost>\n");
  const auto scopes = rewrite_scopes(snapshot);
  ASSERT_EQ(scopes.size(), 2u);
  EXPECT_FALSE(scopes[0].per_directory);
  ASSERT_EQ(scopes[0].steps.size(), 2u);
  EXPECT_EQ(scopes[0].steps[0].conditions.size(), 1u);
  EXPECT_EQ(scopes[0].steps[1].conditions.size(), 0u);
  EXPECT_NE(scopes[0].engine, nullptr);
  EXPECT_TRUE(scopes[1].per_directory);
  EXPECT_FALSE(scopes[1].server->is_main());
  EXPECT_EQ(scopes[1].engine, nullptr);
}

TEST(Rewriting, Flags) {
  const Snapshot snapshot = snapshot_of(
      "RewriteRule ^/a /b [R=301,L]\n"
      "RewriteRule ^/a - [R=404]\n"
      "RewriteRule ^/a http://b/ [proxy]\n"
      "RewriteRule ^/a http://b/\n");
  const auto rules = snapshot.config.all("RewriteRule");
  EXPECT_TRUE(redirects(*rules[0]));
  EXPECT_TRUE(has_flag(*rules[0], "L", "last"));
  EXPECT_FALSE(forbids(*rules[0]));
  EXPECT_TRUE(forbids(*rules[1]));
  EXPECT_FALSE(redirects(*rules[1]));
  EXPECT_TRUE(proxies(*rules[2]));
  EXPECT_FALSE(redirects(*rules[2]));
  EXPECT_TRUE(redirects(*rules[3]));
}

TEST(Rewriting, TheFirstHostOfAnAddressAnswersForAnyName) {
  const Snapshot snapshot = snapshot_of(
      "Listen 80\n"
      "<VirtualHost *:80>\nServerName a.example\n</VirtualHost>\n"
      "<VirtualHost *:80>\nServerName b.example\n</VirtualHost>\n");
  const auto servers = servers_for_any_name(snapshot);
  EXPECT_TRUE(servers.contains(&snapshot.servers.all[1]));
  EXPECT_FALSE(servers.contains(&snapshot.servers.all[2]));
}

}  // namespace
}  // namespace stockade::rules
