#include "host/php.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/collect.h"
#include "host/php_ini.h"
#include "scratch_tree.h"

namespace stockade::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(PhpIni, IsReadAsPhpDoes) {
  const PhpValues values = parse_php_ini(
      "[PHP]\n; display_errors = On\nexpose_php = On ; a comment\n expose_php=Off\r\n"
      "open_basedir = \"/srv;/tmp\" ; x\nempty =\nextension mysqli\n'odd\n"
      "[HOST=dev.example.org]\ndisplay_errors = On\n[PATH=/srv/dev]\ndisplay_errors = On\n"
      "[Session]\nsession.name = 'S=ID'\nunclosed = \"x\n");
  EXPECT_THAT(values, ElementsAre(Pair("empty", ""), Pair("expose_php", "Off"),
                                  Pair("open_basedir", "/srv;/tmp"), Pair("session.name", "S=ID"),
                                  Pair("unclosed", "x")));
}

TEST(PhpIni, OfFpmHasPools) {
  const PhpFpmFile file = parse_php_fpm(
      "[global]\npid = /run/x\nphp_flag[expose_php] = on\ninclude=pool.d/*.conf\n[www]\n"
      "user = www-data\nphp_admin_value[display_errors] = off\n;php_flag[x] = on\n[second]\n"
      "php_value[a]=1\n");
  EXPECT_THAT(file.includes, ElementsAre("pool.d/*.conf"));
  ASSERT_EQ(file.pools.size(), 2u);
  EXPECT_EQ(file.pools[0].name, "www");
  EXPECT_THAT(file.pools[0].values, ElementsAre(Pair("display_errors", "off")));
  EXPECT_THAT(file.pools[1].values, ElementsAre(Pair("a", "1")));
}

class PhpOfATree : public testing::Test {
 protected:
  PhpOfATree() { tree_.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n"); }

  // "program file name=value ..." of each.
  std::vector<std::string> taken(const std::string& config, bool complete) {
    tree_.write("/etc/apache2/apache2.conf", config);
    CollectOptions options;
    options.root = tree_.path();
    const auto snapshot = collect(options);
    EXPECT_TRUE(snapshot);
    EXPECT_EQ(snapshot->coverage.php, complete);
    std::vector<std::string> rows;
    for (const PhpSettings& php : snapshot->php) {
      std::string row = php.program + ": " + php.file;
      for (const auto& [name, value] : php.values) row += " " + name + "=" + value;
      rows.push_back(row);
    }
    for (const Gap& gap : snapshot->gaps) {
      if (gap.what.starts_with("PHP")) rows.push_back(gap.what + ": " + gap.reason);
    }
    return rows;
  }

  test::ScratchTree tree_;
};

constexpr const char* kModPhp = "LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so\n";

TEST_F(PhpOfATree, IsNoneWhereNoneIsLoaded) {
  tree_.write("/etc/php/8.2/cli/php.ini", "expose_php = On\n");
  tree_.write("/etc/php/8.2/apache2/php.ini", "expose_php = On\n");  // not loaded
  EXPECT_THAT(taken("", true), ElementsAre());
}

TEST_F(PhpOfATree, IsThatOfTheModulesVersion) {
  tree_.write("/etc/php/7.4/apache2/php.ini", "expose_php = On\n");
  tree_.write("/etc/php/8.2/apache2/php.ini", "expose_php = On\nmysqli.default_pw = secret\n");
  tree_.write("/etc/php/8.2/apache2/conf.d/99-local.ini", "expose_php = Off\n");
  tree_.write("/etc/php/8.2/apache2/conf.d/note.txt", "expose_php = On\n");
  EXPECT_THAT(taken(kModPhp, true),
              ElementsAre("apache2 8.2: /etc/php/8.2/apache2/php.ini expose_php=On",
                          "apache2 8.2: /etc/php/8.2/apache2/conf.d/99-local.ini expose_php=Off"));
}

TEST_F(PhpOfATree, HasItsDefaultsWithoutAFile) {
  tree_.make_directory("/etc/php/8.2/apache2/conf.d");
  EXPECT_THAT(taken(kModPhp, true), ElementsAre("apache2 8.2: /etc/php/8.2/apache2/php.ini"));
}

TEST_F(PhpOfATree, OfRedHat) {
  tree_.write("/etc/php.ini", "display_errors = On\n");
  tree_.write("/etc/php.d/20-x.ini", "expose_php = Off\n");
  tree_.write("/etc/php-fpm.conf", "include=/etc/php-fpm.d/*.conf\n[global]\n");
  tree_.write("/etc/php-fpm.d/www.conf", "[www]\nphp_admin_flag[display_errors] = off\n");
  EXPECT_THAT(
      taken("LoadModule php_module modules/libphp.so\n", true),
      ElementsAre("apache2: /etc/php.ini display_errors=On",
                  "apache2: /etc/php.d/20-x.ini expose_php=Off",
                  "fpm: /etc/php.ini display_errors=On", "fpm: /etc/php.d/20-x.ini expose_php=Off",
                  "fpm pool www: /etc/php-fpm.d/www.conf display_errors=off"));
}

TEST_F(PhpOfATree, OfDebiansFpmHasItsPools) {
  tree_.write("/etc/php/8.2/fpm/php.ini", "");
  tree_.write("/etc/php/8.2/fpm/php-fpm.conf", "include=/etc/php/8.2/fpm/pool.d/*.conf\n");
  tree_.write("/etc/php/8.2/fpm/pool.d/a.conf", "[a]\nphp_flag[display_errors] = on\n[b]\n");
  EXPECT_THAT(taken("SetHandler proxy:fcgi://localhost/\n", true),
              ElementsAre("fpm 8.2: /etc/php/8.2/fpm/php.ini",
                          "fpm 8.2 pool a: /etc/php/8.2/fpm/pool.d/a.conf display_errors=on",
                          "fpm 8.2 pool b: /etc/php/8.2/fpm/pool.d/a.conf"));
}

TEST_F(PhpOfATree, ThatCannotBeFoundIsAGap) {
  EXPECT_THAT(taken(kModPhp, false), ElementsAre(HasSubstr("in none of the usual places")));
  EXPECT_THAT(taken("ProxyPassMatch ^/(.*\\.php)$ fcgi://10.0.0.2:9000/srv/$1\n", false),
              ElementsAre(HasSubstr("handed to FastCGI")));
  EXPECT_THAT(taken(std::string(kModPhp) + "PHPINIDir /srv/php\n", false),
              ElementsAre(HasSubstr("PHPINIDir")));
}

TEST_F(PhpOfATree, ThatCannotBeReadIsAGap) {
  tree_.make_directory("/etc/php/8.2/apache2/php.ini");
  EXPECT_THAT(taken(kModPhp, false),
              ElementsAre("apache2 8.2: /etc/php/8.2/apache2/php.ini",
                          HasSubstr("PHP settings of /etc/php/8.2/apache2/php.ini: Is a dir")));
}

}  // namespace
}  // namespace stockade::host
