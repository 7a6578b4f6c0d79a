// Takes pieces of a working jail away, one at a time, and asks "jail explain" about what is seen
// then.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "jail/explain/catalogue.h"
#include "site.h"

namespace stockade::test {
namespace {

struct Piece {
  std::string without;    // the item; "LOGS" and the like stand for places of the test
  std::string ask;        // what is asked of the site where it comes up; empty: it does not
  std::string explained;  // the id of the explanation
};

// What is seen: of the command, of the services, of the log, of the answer.
std::string seen_of(const JailSite& site, const robust::Outcome& up, const Piece& piece) {
  std::string text = up.errors;
  if (up.status == 0 && !piece.ask.empty()) {
    text += ask(site.port(), piece.ask).body;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return text + site.error_log();
}

std::set<std::string> explained_in(const std::string& text) {
  std::set<std::string> ids;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    for (const jail::Explanation* one : jail::explain(std::string_view(text).substr(at, end - at)))
      ids.insert(std::string(one->id));
    at = end + 1;
  }
  return ids;
}

std::vector<Piece> pieces(const JailSite& site) {
  const std::string& here = site.tree().path();
  const std::string libraries = "/usr/lib/x86_64-linux-gnu/";
  return {
      {"/etc/passwd", "", "fpm-user"},
      {"/etc/group", "", "fpm-group"},
      {"/etc/mime.types", "", "no-mime-types"},
      {"/run/stockade-site", "", "no-runtime-directory"},
      {here + "/logs", "", "no-log-directory"},
      {libraries + "libpcre2-8.so.0", "", "library-missing"},
      {"/usr/lib/apache2/modules/mod_status.so", "", "module-missing"},
      {"/usr/lib64/ld-linux-x86-64.so.2", "", "program-refused"},
      {here + "/site/htdocs", "", "document-root-not-directory"},
      {here + "/conf", "", "no-config-main"},
      {here + "/built/certificate.pem", "", "no-certificate"},
      {here + "/built/certificate-key.pem", "", "no-key"},
      {"/dev/zero", "", "no-mutex"},
      {"/usr/lib/stockade/mod_stockade_jail.so", "", "module-missing"},
      {"/usr/bin/perl", "/cgi-bin/script", "cgi-loader"},
      {"/etc/stockade/php-fpm8.2.conf", "", "fpm-config"},
      {"/etc/php/8.2/fpm", "", "fpm-no-pools"},
      {"/run/php", "", "fpm-log"},
      {"/usr/share/zoneinfo", "/features.php", "fpm-no-answer"},
      {libraries + "gconv", "/errors.php", "php-iconv"},
      {"/var/lib/php/sessions", "/errors.php", "php-session"},
      {"/usr/lib/php/20220829/ctype.so", "/", "php-extension"},
      {libraries + "libgcc_s.so.1", "", "library-missing"},
  };
}

TEST(JailExplain, NamesEachPieceThatIsTakenAway) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  size_t right = 0;
  size_t count = 0;
  {
    const JailSite probe;
    count = pieces(probe).size();
  }
  for (size_t i = 0; i < count; ++i) {
    const JailSite site;
    const Piece piece = pieces(site)[i];
    site.tree().write("/built/cgi-bin/script",
                      "#!/usr/bin/perl\nprint qq(Content-Type: text/plain\\n\\nhello\\n);\n", 0755);
    site.tree().write("/site/htdocs/errors.php",
                      "<?php ini_set('display_errors', '1'); ini_set('html_errors', '0');\n"
                      "echo iconv('ISO-8859-15', 'UTF-8', 'x'); session_start();\n");
    const auto up = site.up({"--unverified", "--without", piece.without});
    if (piece.ask.empty()) {
      EXPECT_NE(up.status, 0) << piece.without;
    }
    const std::string seen = seen_of(site, up, piece);
    const auto found = explained_in(seen);
    const bool named = found.contains(piece.explained);
    EXPECT_TRUE(named) << "without " << piece.without << " " << piece.explained
                       << " is expected; seen:\n"
                       << seen;
    if (named) ++right;
  }
  std::cout << "NOTE: " << count << " pieces of a jail taken away, " << right << " explained\n";
}

TEST(JailExplain, KnowsEnoughAndEachOnce) {
  EXPECT_GE(jail::explanations().size(), 40u);
  std::set<std::string_view> ids;
  for (const jail::Explanation& one : jail::explanations()) {
    EXPECT_TRUE(ids.insert(one.id).second) << one.id;
    EXPECT_FALSE(one.cause.empty() || one.fix.empty()) << one.id;
  }
  EXPECT_TRUE(jail::explain("a line of no interest").empty());
  ASSERT_FALSE(jail::explain("[core:emerg] AH00543: apache2: bad user name www-data").empty());
  EXPECT_EQ(jail::explain("[core:emerg] AH00543: apache2: bad user name www-data").front()->id,
            "no-user");
}

}  // namespace
}  // namespace stockade::test
