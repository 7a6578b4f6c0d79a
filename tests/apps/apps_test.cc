// Debian's own packages of web applications, as their scripts install them: what we find there was
// reviewed, each "high" one tried with httpd, and nothing else may be found. The facts of one such
// machine are kept (take_snapshot.py); ./test --full installs it anew (make_root.sh) and looks
// again.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "program.h"

namespace stockade::e2e {
namespace {

// Twenty applications with Debian's defaults.
const std::vector<std::string>& reviewed() {
  static const std::vector<std::string> all = {
      // The old words for access, which need mod_access_compat.
      "access-control-of-2-2 /etc/apache2/conf-enabled/dokuwiki.conf",
      "access-control-of-2-2 /etc/apache2/conf-enabled/ganglia-webfrontend.conf",
      "access-control-of-2-2 /etc/apache2/conf-enabled/phpldapadmin.conf",
      // Its configuration of httpd belongs to the account "backuppc".
      "config-writable-by-others /etc/backuppc",
      "config-writable-by-others /etc/backuppc/apache.conf",
      "password-hash-weak /etc/apache2/conf-enabled/backuppc.conf",
      // Its log is handed out: tried.
      "symlink-leaves-tree /usr/share/cacti/site/log",
      // A PHP file that its worker writes there runs: tried.
      "upload-executes /usr/share/cacti/site/cache/boost",
      "upload-executes /usr/share/cacti/site/cache/mibcache",
      "upload-executes /usr/share/cacti/site/cache/realtime",
      "upload-executes /usr/share/cacti/site/cache/spikekill",
      // PHP is switched off there for PHP 7 alone: tried with 8.2.
      "upload-executes /var/lib/mediawiki/images",
      // The worker may replace the .htaccess file that closes it: tried.
      "upload-executes /var/lib/mediawiki/cache",
      // Debian's apache2 itself.
      "framing-unprotected /etc/apache2/apache2.conf", "nosniff-missing /etc/apache2/apache2.conf",
      "server-signature-on /etc/apache2/conf-enabled/security.conf",
      "server-tokens-verbose /etc/apache2/conf-enabled/security.conf"};
  return all;
}

std::vector<std::string> found_in(const Outcome& audit) {
  std::vector<std::string> found;
  for (const std::string& place : places_of(audit)) {
    std::string row = place.substr(0, place.rfind(':'));
    const size_t path = row.find(' ') + 1;
    if (row[path] != '/') row.insert(path, "/");  // a copied tree is named from its root
    found.push_back(std::move(row));
  }
  return found;
}

TEST(PackagedApplications, HaveTheseFaultsAndNoOthers) {
  const std::string facts = STOCKADE_SOURCE_DIR "/tests/corpus/apps/debian12.json.xz";
  const Outcome audit = shell(fmt::format(
      "xz -dc '{}' | '{}/stockade' audit --snapshot - --format json", facts, STOCKADE_BINARY_DIR));
  EXPECT_THAT(found_in(audit), testing::UnorderedElementsAreArray(reviewed()));
}

TEST(PackagedApplications, HaveThemWhenInstalledAnew) {
  const char* mode = std::getenv("TEST_MODE");
  if (mode == nullptr || std::string_view(mode) != "full") {
    GTEST_SKIP() << "installs a Debian of its own: in the full run alone";
  }
  if (geteuid() != 0) GTEST_SKIP() << "only root can install one";
  if (access("/usr/bin/mmdebstrap", X_OK) != 0) GTEST_SKIP() << "mmdebstrap is not here";
  const std::string root = STOCKADE_BINARY_DIR "/apps-root";
  const Outcome made = shell(fmt::format(
      "rm -rf '{0}' && '{1}/tests/apps/make_root.sh' '{0}' >'{0}.log'", root, STOCKADE_SOURCE_DIR));
  ASSERT_EQ(made.status, 0) << "it could not be installed: see " << root << ".log";
  const auto found = found_in(stockade("audit --format json --root '" + root + "'"));
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(reviewed()));
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace stockade::e2e
