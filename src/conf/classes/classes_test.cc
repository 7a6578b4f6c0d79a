#include "conf/classes/classes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conf/classes/difference.h"
#include "conf/classes/made_up_site.h"
#include "conf/classes/matrix.h"

namespace stockade::conf {
namespace {

std::vector<std::string> told(const std::vector<PathClass>& classes) {
  std::vector<std::string> lines;
  for (const PathClass& one : classes) lines.push_back(one.label + ": " + one.example);
  return lines;
}

constexpr const char* kBase = "Listen 80\n<Directory />\nAllowOverride None\n</Directory>\n";

TEST(PathClasses, AreThoseOfTheConfigurationAndOfTheDisk) {
  const Site site(std::string(kBase) +
                  "DocumentRoot /www\nAlias /icons/ /icons/\n"
                  "<Directory /www/admin>\nRequire local\n</Directory>\n"
                  "<FilesMatch \"\\.(bak|old)$\">\nRequire all denied\n</FilesMatch>\n"
                  "<LocationMatch ^/api/v[0-9]+>\nRequire local\n</LocationMatch>\n"
                  "RedirectMatch 301 (x)\\1y /z\nRedirect permanent /gone /a.html\n");
  const PathClasses classes(site.world());
  EXPECT_THAT(
      told(classes.of(site.host(0))),
      testing::UnorderedElementsAre(
          "everything else: /", "/icons/ and below: /icons/", "/admin/ and below: /admin/",
          "files like \\.(bak|old)$ below every folder: /.bak", "URLs like ^/api/v[0-9]+: /api/v1",
          "URLs like (x)\\1y: ", "/gone and below: /gone", "/old.bak, a backup: /old.bak",
          "/.git/HEAD, version control: /.git/HEAD"));
}

std::string many_hosts(int count) {
  std::string text(kBase);
  for (int i = 0; i < count; ++i) {
    text += fmt::format(
        "<VirtualHost *:80>\nServerName h{}.example\nDocumentRoot /srv/h{}\n"
        "<Directory /srv/h{}/private>\nRequire local\n</Directory>\n<Location /status>\n"
        "Require local\n</Location>\n</VirtualHost>\n",
        i, i, i);
  }
  return text;
}

TEST(PathClasses, CostWhatTheConfigurationIsLong) {
  const Site small(many_hosts(100));
  const Site large(many_hosts(10'000));
  const uint64_t one = PathClasses(small.world()).work();
  const PathClasses classes(large.world());
  EXPECT_LE(classes.work(), 100 * one);
  EXPECT_EQ(classes.of(large.host(10'000)).size(), 3u);
}

std::string row_of(const Matrix& matrix, size_t host, std::string_view label) {
  for (const MatrixRow& row : matrix.hosts.at(host).rows) {
    if (row.path.label != label) continue;
    std::string line;
    for (const MatrixCell& cell : row.cells) line += std::string(name_of(cell.answer)) + " ";
    return line + (row.as_parent ? "as its parent" : "");
  }
  return "no such row";
}

TEST(AccessMatrix, TellsWhoGetsWhat) {
  const Site site(std::string(kBase) +
                  "<VirtualHost *:80>\nServerName one.example\nDocumentRoot /www\n"
                  "<Directory /www/admin>\nRequire ip 10.0.0.0/8\n</Directory>\n"
                  "<Location /staff>\nAuthType Basic\nAuthName x\nRequire valid-user\n</Location>\n"
                  "<Location /form>\n<Limit POST>\nRequire all denied\n</Limit>\n</Location>\n"
                  "Alias /same /www\nRedirect /away http://other.example/\nRedirect gone /gone\n"
                  "</VirtualHost>\n"
                  "<VirtualHost *:80>\nServerName one.example\n</VirtualHost>\n");
  const Matrix matrix = access_matrix(site.world());
  std::vector<std::string> clients;
  for (const Client& client : matrix.clients) clients.push_back(client.name);
  EXPECT_THAT(clients, testing::ElementsAre("anyone", "this host", "10.0.0.0/8", "anyone, POST"));
  ASSERT_EQ(matrix.hosts.size(), 2u);
  EXPECT_EQ(row_of(matrix, 0, "everything else"), "open open open open ");
  EXPECT_EQ(row_of(matrix, 0, "/admin/ and below"), "denied denied open denied ");
  EXPECT_EQ(row_of(matrix, 0, "/staff and below"), "login login login login ");
  EXPECT_EQ(row_of(matrix, 0, "/form and below"), "open open open denied ");
  EXPECT_EQ(row_of(matrix, 0, "/away and below"), "redirect redirect redirect redirect ");
  EXPECT_EQ(row_of(matrix, 0, "/gone and below"), "absent absent absent absent ");
  EXPECT_EQ(row_of(matrix, 0, "/old.bak, a backup"), "open open open open ");
  EXPECT_EQ(row_of(matrix, 0, "/same and below"), "open open open open as its parent");
  EXPECT_EQ(matrix.hosts[1].answered_by, matrix.hosts[0].label);
}

std::vector<std::string> changes(const std::string& before, const std::string& after) {
  const Site old_site(std::string(kBase) + "DocumentRoot /www\n" + before);
  const Site new_site(std::string(kBase) + "DocumentRoot /www\n" + after);
  std::vector<std::string> lines;
  for (const Change& change : compare(old_site.world(), new_site.world()).changes) {
    lines.push_back(fmt::format("{} {}: {} -> {}{}", change.path, change.what, change.before,
                                change.after, change.wider ? ", wider" : ""));
  }
  return lines;
}

TEST(Difference, IsWhatHttpdDoesAndNotWhatIsWritten) {
  EXPECT_THAT(changes("<Location />\nRequire all granted\n</Location>\n",
                      "# other text\n<Location />\n  Require all  granted\n</Location>\n"),
              testing::IsEmpty());
  EXPECT_THAT(changes("<Location /admin>\nRequire all denied\n</Location>\n", ""),
              testing::Contains("/admin and below access: denied -> open, wider"));
  EXPECT_THAT(changes("", "<Location /a.html>\nRequire all denied\n</Location>\n"),
              testing::Contains("/a.html and below access: open -> denied"));
  EXPECT_THAT(changes("Header set X-A 1\n", "Header set X-A 2\n"),
              testing::Contains("everything else header X-A: 1 -> 2"));
  EXPECT_THAT(changes("Redirect /r http://a.example/\n", "Redirect /r http://b.example/\n"),
              testing::Contains("/r and below redirect: http://a.example/ -> http://b.example/"));
}

TEST(Difference, CountsWhatItCannotCompare) {
  const Site site(std::string(kBase) + "DocumentRoot /www\nRedirectMatch (x)\\1y /z\n");
  const Difference difference = compare(site.world(), site.world());
  EXPECT_EQ(difference.not_compared.size(), 1u);
  EXPECT_GT(difference.classes, 1u);
  EXPECT_THAT(difference.changes, testing::IsEmpty());
}

}  // namespace
}  // namespace stockade::conf
