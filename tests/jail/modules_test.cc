// Modules that others make, in a jail without a step by hand. `./test --full` installs them; what
// is not here is skipped.
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <thread>

#include "site.h"

namespace stockade::test {
namespace {

const std::string kModules = "/usr/lib/apache2/modules/";

struct ModuleCase {
  const char* name;
  const char* file;   // in the modules' directory
  const char* lines;  // of the configuration; TREE is the test's directory
  const char* path;   // what is asked for
  int status;
  const char* body;  // a part of the answer
};

void PrintTo(const ModuleCase& one, std::ostream* out) { *out << one.name; }

const ModuleCase kCases[] = {
    {"security2", "mod_security2.so",
     "LoadModule unique_id_module /usr/lib/apache2/modules/mod_unique_id.so\n"
     "LoadModule security2_module /usr/lib/apache2/modules/mod_security2.so\n"
     "SecRuleEngine On\nSecDataDir /tmp\nSecTmpDir /tmp\nSecRule ARGS attack "
     "\"id:1,phase:2,deny\"\n",
     "/?x=attack", 403, ""},
    {"wsgi", "mod_wsgi.so",
     "LoadModule wsgi_module /usr/lib/apache2/modules/mod_wsgi.so\nWSGIScriptAlias /wsgi "
     "TREE/wsgi/app.wsgi\n"
     "<Location /wsgi>\nRequire all granted\n</Location>\n",
     "/wsgi", 200, "hello from Python"},
    {"perl", "mod_perl.so",
     "LoadModule perl_module /usr/lib/apache2/modules/mod_perl.so\n"
     "PerlModule Apache2::RequestRec Apache2::RequestIO\n<Location /perl>\nSetHandler modperl\n"
     "PerlResponseHandler \"sub { my $r = shift; $r->content_type('text/plain'); $r->print('hello "
     "from Perl'); return 0 }\"\n"
     "</Location>\n",
     "/perl", 200, "hello from Perl"},
    {"lua", "mod_lua.so",
     "LoadModule lua_module /usr/lib/apache2/modules/mod_lua.so\nLuaMapHandler ^/lua "
     "TREE/lua/hello.lua\n",
     "/lua", 200, "hello from Lua"},
    {"evasive", "mod_evasive20.so",
     "LoadModule evasive20_module /usr/lib/apache2/modules/mod_evasive20.so\nDOSPageCount "
     "100\nDOSSiteCount 1000\n",
     "/", 200, "in a jail"},
    {"qos", "mod_qos.so",
     "LoadModule qos_module /usr/lib/apache2/modules/mod_qos.so\nQS_ClientEntries 1000\n", "/", 200,
     "in a jail"},
    {"openidc", "mod_auth_openidc.so",
     "LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so\n"
     "LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so\n"
     "LoadModule auth_openidc_module /usr/lib/apache2/modules/mod_auth_openidc.so\n"
     "OIDCCryptoPassphrase secret\nOIDCProviderIssuer "
     "https://issuer.test\nOIDCProviderAuthorizationEndpoint https://issuer.test/auth\n"
     "OIDCClientID x\nOIDCRedirectURI http://jail.test/back\n<Location /private>\nAuthType "
     "openid-connect\nRequire valid-user\n</Location>\n",
     "/private", 401, ""},
    {"php", "libphp8.2.so",
     "LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so\n<FilesMatch "
     "\\.php$>\nSetHandler application/x-httpd-php\n</FilesMatch>\n",
     "/features.php", 200, "zone ok"},
};

class JailModule : public testing::TestWithParam<ModuleCase> {};

TEST_P(JailModule, ServesWithoutAStepByHand) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  const ModuleCase& one = GetParam();
  if (!std::filesystem::exists(kModules + one.file)) GTEST_SKIP() << one.file << " is not here";
  const JailSite site;
  site.tree().write("/wsgi/app.wsgi",
                    "import json\ndef application(environ, start):\n    start('200 OK', "
                    "[('Content-Type', 'text/plain')])\n"
                    "    return [b'hello from Python']\n");
  site.tree().write("/lua/hello.lua",
                    "function handle(r)\n  r.content_type = 'text/plain'\n  r:puts('hello from "
                    "Lua')\n  return apache2.OK\nend\n");
  std::string lines = one.lines;
  for (size_t at = 0; (at = lines.find("TREE", at)) != std::string::npos;)
    lines.replace(at, 4, site.tree().path());
  if (std::string(one.name) == "php") {
    site.edit("mpm_event", "mpm_prefork");
    site.edit(
        "<FilesMatch \\.php$>\n  SetHandler "
        "\"proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost\"\n</FilesMatch>\n",
        lines);
  } else {
    site.edit("ServerTokens Prod\n", "ServerTokens Prod\n" + lines);
  }
  const auto up = site.up();
  if (up.errors.find("undefined symbol") != std::string::npos)
    GTEST_SKIP() << "the package loads into no httpd of this machine: " << up.errors;
  ASSERT_EQ(up.status, 0) << up.errors << site.error_log();
  for (int round = 0; round < 2; ++round) {
    const Answer answer = ask(site.port(), one.path);
    EXPECT_EQ(answer.status, one.status) << site.error_log();
    EXPECT_NE(answer.body.find(one.body), std::string::npos) << answer.body << site.error_log();
    if (round == 0) {
      EXPECT_EQ(site.jail("reload").status, 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(2000));
    }
  }
  EXPECT_EQ(site.error_log().find("exit signal"), std::string::npos) << site.error_log();
}
INSTANTIATE_TEST_SUITE_P(Jail, JailModule, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace stockade::test
