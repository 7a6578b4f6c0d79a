#include "rules/support/access.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

// What a stranger who asks for /.git/HEAD of the first server gets, and at which line.
struct Answer {
  Reach::Kind kind;
  uint32_t line;
  bool operator==(const Answer&) const = default;
};
void PrintTo(const Answer& answer, std::ostream* out) {
  *out << static_cast<int>(answer.kind) << " by line " << answer.line;
}

Answer ask(std::string_view text) {
  const Snapshot snapshot = example_snapshot(*parse_example(text));
  const auto hosts = snapshot.servers.virtual_hosts();
  const conf::Server& server = hosts.empty() ? snapshot.servers.main() : hosts.front();
  const Reach reach = reach_of(snapshot, {&server, "/srv/shop/.git/HEAD", "/.git/HEAD"});
  return {reach.kind, reach.decided_by == nullptr ? 0 : reach.decided_by->line};
}

constexpr auto kServed = Reach::Kind::served;
constexpr auto kGuarded = Reach::Kind::guarded;
constexpr auto kRefused = Reach::Kind::refused;
constexpr auto kUncertain = Reach::Kind::uncertain;

TEST(Reach, IsOpenWhereNobodySaysOtherwise) {
  EXPECT_EQ(ask("DocumentRoot /srv/shop\n"), (Answer{kServed, 0}));
}

TEST(Reach, TheLongestDirectoryDecides) {
  constexpr std::string_view kDenyAll = "<Directory />\nRequire all denied\n</Directory>\n";
  EXPECT_EQ(ask(kDenyAll), (Answer{kRefused, 2}));
  EXPECT_EQ(
      ask("<Directory /srv/shop>\nRequire all granted\n</Directory>\n" + std::string(kDenyAll)),
      (Answer{kServed, 2}));
  EXPECT_EQ(ask("<Directory /srv/shop-2>\nRequire all denied\n</Directory>\n"),
            (Answer{kServed, 0}));
  EXPECT_EQ(ask("<Directory /srv/*/.git>\nRequire all denied\n</Directory>\n"),
            (Answer{kRefused, 2}));
}

TEST(Reach, AVirtualHostHasTheLastWordOfItsKind) {
  EXPECT_EQ(ask("<Directory /srv/shop>\nRequire all denied\n</Directory>\n"
                "<VirtualHost *:80>\n<Directory /srv/shop>\nRequire all granted\n</Directory>\n"
                "</VirtualHost>\n"),
            (Answer{kServed, 6}));
}

TEST(Reach, LaterKindsWinOverEarlierOnes) {
  EXPECT_EQ(ask("<DirectoryMatch \"/\\.git\">\nRequire all denied\n</DirectoryMatch>\n"
                "<Directory /srv/shop>\nRequire all granted\n</Directory>\n"),
            (Answer{kRefused, 2}));
  EXPECT_EQ(ask("<Location /.git>\nRequire all denied\n</Location>\n"
                "<Files HEAD>\nRequire all granted\n</Files>\n"),
            (Answer{kRefused, 2}));
  EXPECT_EQ(ask("<Directory /srv>\nRequire all denied\n<FilesMatch \"^H\">\nRequire ip 192.0.2.1\n"
                "</FilesMatch>\n</Directory>\n"),
            (Answer{kGuarded, 4}));
  EXPECT_EQ(ask("<LocationMatch \"^/\\.\">\nRequire all denied\n</LocationMatch>\n"),
            (Answer{kRefused, 2}));
}

TEST(Reach, ContainersAndOldWordsCount) {
  EXPECT_EQ(ask("<Location />\n<RequireAll>\nRequire all granted\nRequire not ip 192.0.2.1\n"
                "</RequireAll>\n</Location>\n")
                .kind,
            kGuarded);
  EXPECT_EQ(ask("<Location />\n<RequireAny>\nRequire all denied\nRequire all granted\n"
                "</RequireAny>\n</Location>\n"),
            (Answer{kServed, 4}));
  EXPECT_EQ(ask("<Location />\nOrder allow,deny\nDeny from all\n</Location>\n"),
            (Answer{kRefused, 3}));
  EXPECT_EQ(ask("<Location />\nOrder deny,allow\nDeny from all\nAllow from 192.0.2.1\n"
                "</Location>\n"),
            (Answer{kGuarded, 4}));
  EXPECT_EQ(ask("<Location />\nRequire all granted\nDeny from all\n</Location>\n"),
            (Answer{kRefused, 3}));
}

TEST(Reach, WhatStandsBeforeTheFileHidesIt) {
  EXPECT_EQ(ask("RedirectMatch 404 \"/\\.git\"\n"), (Answer{kRefused, 1}));
  EXPECT_EQ(ask("RedirectMatch 404 \"/\\.svn\"\n"), (Answer{kServed, 0}));
  EXPECT_EQ(ask("Redirect 404 /.git\n"), (Answer{kRefused, 1}));
  EXPECT_EQ(ask("Redirect 404 /.gi\n"), (Answer{kServed, 0}));
  EXPECT_EQ(ask("ProxyPass / http://127.0.0.1:8080/\n"), (Answer{kRefused, 1}));
  EXPECT_EQ(ask("ProxyPass /.git !\nProxyPass / http://127.0.0.1:8080/\n"), (Answer{kServed, 0}));
  EXPECT_EQ(ask("RewriteEngine on\nRewriteRule \"/\\.git\" - [F,L]\n"), (Answer{kRefused, 2}));
  EXPECT_EQ(ask("RewriteRule \"/\\.git\" - [F]\n"), (Answer{kServed, 0})) << "the engine is off";
  EXPECT_EQ(ask("<Directory /srv/shop>\nRewriteEngine on\nRewriteRule \"^\\.git\" - [F]\n"
                "</Directory>\n"),
            (Answer{kRefused, 3}));
}

TEST(Reach, SaysWhenItDependsOnTheRequest) {
  EXPECT_EQ(ask("RewriteEngine on\nRewriteCond %{REMOTE_ADDR} !=192.0.2.1\n"
                "RewriteRule \"/\\.git\" - [F]\n")
                .kind,
            kUncertain);
  EXPECT_EQ(ask("<If \"%{REQUEST_URI} =~ /git/\">\nRequire all denied\n</If>\n").kind, kUncertain);
  constexpr std::string_view kHtaccess =
      "#: file /srv/shop/.htaccess\n#| RedirectMatch 404 /\\.git\n";
  EXPECT_EQ(
      ask(std::string(kHtaccess) + "<Directory /srv>\nAllowOverride All\n</Directory>\n").kind,
      kUncertain);
  EXPECT_EQ(ask(std::string(kHtaccess) + "<Directory /srv>\nAllowOverride None\n</Directory>\n"),
            (Answer{kServed, 0}));
}

}  // namespace
}  // namespace stockade::rules
