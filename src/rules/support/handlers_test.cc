#include "rules/support/handlers.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

FileHandler::Kind kind_of(std::string_view text, std::string_view name = "x.php") {
  const Snapshot snapshot = example_snapshot(*parse_example(text));
  const std::string url = "/" + std::string(name);
  return handler_of(snapshot, {&snapshot.servers.all.back(), "/srv/shop" + url, url}).kind;
}

TEST(Handler, IsTheLastOneSaid) {
  EXPECT_EQ(kind_of(""), FileHandler::Kind::none);
  EXPECT_EQ(kind_of("AddHandler application/x-httpd-php .php\n"), FileHandler::Kind::executes);
  EXPECT_EQ(kind_of("AddHandler application/x-httpd-php php\n", "x.php.jpg"),
            FileHandler::Kind::executes);
  EXPECT_EQ(kind_of("AddHandler application/x-httpd-php .php\n", "php"), FileHandler::Kind::none);
  EXPECT_EQ(kind_of("AddType application/x-httpd-php .php\n"), FileHandler::Kind::executes);
  EXPECT_EQ(kind_of("<FilesMatch \"\\.php$\">\nSetHandler proxy:fcgi://127.0.0.1:9000\n"
                    "</FilesMatch>\n"),
            FileHandler::Kind::executes);
  EXPECT_EQ(kind_of("AddHandler type-map .php\n"), FileHandler::Kind::other);
}

TEST(Handler, IsTakenAway) {
  constexpr std::string_view kPhp = "AddHandler application/x-httpd-php .php\n";
  EXPECT_EQ(
      kind_of(std::string(kPhp) + "<Directory /srv/shop>\nRemoveHandler .php\n</Directory>\n"),
      FileHandler::Kind::none);
  EXPECT_EQ(
      kind_of("SetHandler cgi-script\n<Directory /srv/shop>\nSetHandler None\n</Directory>\n"),
      FileHandler::Kind::none);
}

TEST(Handler, SaysWhenItDepends) {
  EXPECT_EQ(kind_of("<If \"true\">\nSetHandler cgi-script\n</If>\n"), FileHandler::Kind::uncertain);
  EXPECT_EQ(kind_of("#: file /srv/shop/.htaccess\n#| SetHandler cgi-script\n"
                    "<Directory /srv>\nAllowOverride All\n</Directory>\n"),
            FileHandler::Kind::uncertain);
}

}  // namespace
}  // namespace stockade::rules
