// What differed from httpd once, and what it is: tests/effective asks httpd itself about thousands.
#include <gtest/gtest.h>

#include "base/memory_file_system.h"
#include "conf/effective/effective.h"
#include "conf/evaluate.h"

namespace stockade::conf {
namespace {

struct Case {
  int status;  // 0: unknown
  std::string_view config;
  std::string_view target;
  std::string_view client = "192.0.2.1";
  std::string_view method = "GET";
  std::string_view htaccess = "";  // of /www/sub
};

constexpr std::string_view kGrantedSite = "DocumentRoot /www\n";

Effective predicted(const Case& c) {
  MemoryFileSystem files;
  for (const char* path : {"/www/index.html", "/www/a.html", "/www/sub/c.html", "/www/sub/t.txt"}) {
    files.add_file(path, "x");
  }
  files.add_file("/people/joe/a.html", "x");
  files.add_file("/hosts/one.example/a.html", "x");
  files.add_link("/www/link.html", "/etc/passwd");
  files.add_file("/etc/passwd", "x");
  if (!c.htaccess.empty()) files.add_file("/www/sub/.htaccess", c.htaccess);
  files.add_file("/etc/apache2/apache2.conf", std::string(kGrantedSite) + std::string(c.config));
  Environment environment;
  environment.built_in_modules = default_built_in_modules();
  for (const char* module :
       {"authz_core_module", "authz_host_module", "authz_user_module", "access_compat_module",
        "alias_module", "dir_module", "autoindex_module", "mime_module", "headers_module",
        "setenvif_module", "auth_basic_module", "authn_core_module", "rewrite_module",
        "proxy_module", "proxy_http_module", "userdir_module", "vhost_alias_module", "env_module",
        "allowmethods_module"}) {
    environment.built_in_modules.emplace_back(module);
  }
  const Config config = evaluate(files, environment);
  const Servers servers = collect_servers(config);
  EXPECT_EQ(config.verdict(), nullptr) << c.config << config.verdict()->message;
  Request request;
  request.address = "192.0.2.80";
  request.host = "one.example";
  request.target = c.target;
  request.client = c.client;
  request.method = c.method;
  return predict({config, servers, files, 20471, {}}, request);
}

TEST(Effective, IsTheStatusThatHttpdGives) {
  constexpr Case kCases[] = {
      {200, "", "/a.html"},
      {404, "", "/b.html"},
      {400, "", "/../a.html"},
      {200, "", "/sub/%2e%2E/a.html"},
      {404, "", "/sub%2fc.html"},
      {301, "<VirtualHost *:80>\nServerName one.example\n</VirtualHost>", "/sub"},
      {200, "", "/link.html"},
      {403, "Options None", "/link.html"},
      {403, "Options None", "/sub/"},
      {405, "", "/a.html", "192.0.2.1", "PUT"},
      // A section in a <Limit> of other methods leaves the decision to nobody: granted.
      {200, "<Location />\n<Limit GET>\nRequire all denied\n</Limit>\n</Location>", "/a.html",
       "192.0.2.1", "POST"},
      {403, "<Location />\n<Limit GET>\nRequire all denied\n</Limit>\n</Location>", "/a.html"},
      // Without any AllowOverride a .htaccess is read, and every line in it refused.
      {500, "", "/sub/c.html", "192.0.2.1", "GET", "Require all granted\n"},
      {200, "<Directory />\nAllowOverride None\n</Directory>", "/sub/c.html", "192.0.2.1", "GET",
       "Require all denied\n"},
      {403, "<Directory />\nAllowOverride All\n</Directory>", "/sub/c.html", "192.0.2.1", "GET",
       "Require all denied\n"},
      // The walk takes the file itself for one more folder.
      {403, "<Directory /www/*>\nRequire all denied\n</Directory>", "/a.html"},
      // But not for an index file, whose folder was walked before.
      {200, "<Directory /www/*>\nRequire all denied\n</Directory>", "/"},
      // Location merges after Directory and replaces it.
      {200,
       "<Directory /www>\nRequire all denied\n</Directory>\n<Location /a.html>\n"
       "Require all granted\n</Location>",
       "/a.html"},
      // Of AuthMerging the inner section's word counts.
      {403,
       "<Location />\nRequire ip 192.0.2.2\n</Location>\n<Location /a.html>\nAuthMerging And\n"
       "Require ip 192.0.2.1\n</Location>",
       "/a.html"},
      {200, "<Location />\nSatisfy any\nAllow from all\nRequire all denied\n</Location>",
       "/a.html"},
      {403, "<Location />\nDeny from all\nRequire all granted\n</Location>", "/a.html"},
      {401, "<Location />\nAuthType Basic\nAuthName x\nRequire valid-user\n</Location>", "/a.html"},
      {500, "<Location />\nRequire valid-user\n</Location>", "/a.html"},
      {403, "<If \"-R '192.0.2.0/24'\">\nRequire all denied\n</If>", "/a.html"},
      {0, "<If \"-F '/x'\">\nRequire all denied\n</If>", "/a.html"},
      {0, "<Location />\nRequire host example.org\n</Location>", "/a.html"},
      {200,
       "<Location />\n<RequireAny>\nRequire host x.org\nRequire all granted\n</RequireAny>\n"
       "</Location>",
       "/a.html"},
      {302, "Redirect /sub http://other.example/", "/sub/c.html"},
      {410, "Redirect gone /sub", "/sub/c.html"},
      {200, "Alias /al /www/sub", "/al/c.html"},
      {200, "FallbackResource /a.html", "/none"},
      {500, "FallbackResource /none", "/none2"},
      {500, "<Location />\nAuthType Basic\nAuthName x\n</Location>", "/a.html"},
      {500, "<Directory />\nAllowOverride Options\n</Directory>", "/sub/c.html", "192.0.2.1", "GET",
       "Options MultiViews\n"},
      // Rewriting
      {200, "RewriteEngine On\nRewriteRule ^/x$ /a.html", "/x"},
      {404, "RewriteRule ^/x$ /a.html", "/x"},
      {403, "RewriteEngine On\nRewriteRule ^/a - [F]", "/a.html"},
      {200, "RewriteEngine On\nRewriteCond %{REQUEST_METHOD} =POST\nRewriteRule ^/a - [F]",
       "/a.html"},
      {302, "RewriteEngine On\nRewriteRule ^/a http://other.example/", "/a.html"},
      {400, "RewriteEngine On\nRewriteRule ^/a http://other.example/ [PT]", "/a.html"},
      {200, "RewriteEngine On\nRewriteRule ^/x ${map:x}/a.html", "/x"},
      {200, "RewriteEngine On\nRewriteRule ^/none ${map:x}", "/a.html"},
      {200, "<Directory /www>\nRewriteEngine On\nRewriteRule ^none$ a.html\n</Directory>", "/none"},
      {500, "<Directory /www>\nRewriteEngine On\nRewriteRule ^(.*)$ x$1\n</Directory>", "/none"},
      // A leading slash matches nothing in a section.
      {200, "<Directory /www>\nRewriteEngine On\nRewriteRule ^/a - [F]\n</Directory>", "/a.html"},
      {403, "Options None\n<Directory /www>\nRewriteEngine On\nRewriteRule ^b - [F]\n</Directory>",
       "/a.html"},
      // Other servers, users' folders, a folder for each name
      {0, "ProxyPass /x http://127.0.0.1:1/", "/x/a"},
      {403, "ProxyPass /x http://127.0.0.1:1/\n<Proxy *>\nRequire all denied\n</Proxy>", "/x/a"},
      {200, "ProxyPass /sub/ !\nProxyPass / http://127.0.0.1:1/", "/sub/c.html"},
      {404, "ProxyPass /sub http://127.0.0.1:1/\nSetEnvIf Request_URI ^/sub no-proxy", "/sub/n"},
      {200, "<Location /x>\nAlias /www/a.html\n</Location>", "/x"},
      {302, "<Location /x>\nRedirect http://other.example/y\n</Location>", "/x/z"},
      {404, "<Location /x>\nRedirect 404\n</Location>", "/x"},
      {302, "<Directory /www/sub>\nRedirect /sub/c.html http://x.example/\n</Directory>",
       "/sub/c.html"},
      {200, "UserDir /people", "/~joe/a.html"},
      {404, "UserDir /people\nUserDir disabled joe", "/~joe/a.html"},
      {302, "UserDir http://other.example/*", "/~joe/a.html"},
      {200, "VirtualDocumentRoot /hosts/%0", "/a.html"},
      {404, "VirtualDocumentRoot /hosts/%-2.1", "/a.html"},
      {200,
       "RewriteEngine On\nRewriteRule ^/x$ - [S=1]\nRewriteRule ^/x$ - [F]\n"
       "RewriteRule ^/x$ /a.html",
       "/x"},
      {200, "RewriteEngine On\nRewriteMap low int:tolower\nRewriteRule ^/(.*)$ /${low:$1}",
       "/A.HTML"},
      {403,
       "RewriteEngine On\nRewriteRule ^/a - [E=bad:1]\n<Location />\nDeny from env=bad\n"
       "</Location>",
       "/a.html"},
      {405, "<Location />\nAllowMethods POST\n</Location>", "/a.html"},
      {403, "<If \"%{REQUEST_URI} -strmatch '/a*'\">\nRequire all denied\n</If>", "/a.html"},
      {403,
       "SetEnvIfExpr \"%{REQUEST_URI} == '/a.html'\" bad\n<Location />\n"
       "Deny from env=bad\n</Location>",
       "/a.html"},
  };
  for (const Case& c : kCases) {
    const Effective effective = predicted(c);
    EXPECT_EQ(effective.status.value_or(0), c.status)
        << c.target << "\n"
        << c.config << (effective.doubts.empty() ? "" : "\n" + effective.doubts[0].cause);
    EXPECT_EQ(effective.status.has_value(), effective.doubts.empty());
  }
}

TEST(Effective, TellsWhatALineOverrode) {
  const Effective effective =
      predicted({403,
                 "<Directory /www>\nRequire all granted\n</Directory>\n<Location /a.html>\n"
                 "Require all denied\n</Location>",
                 "/a.html"});
  const AppliedSection& last = effective.sections.back();
  EXPECT_EQ(last.kind, "Location");
  ASSERT_EQ(last.settings.size(), 1u);
  EXPECT_EQ(last.settings[0].said.place.line, 6u);
  ASSERT_EQ(last.settings[0].overrode.size(), 1u);
  EXPECT_EQ(last.settings[0].overrode[0].place.line, 3u);
  EXPECT_EQ(effective.access, Decision::denied);
}

TEST(Effective, HeadersFollowTheirTable) {
  const std::string_view config =
      "Header set X-A one\nHeader always set X-A two\nHeader append X-B b\nHeader append X-B c\n";
  const Effective good = predicted({200, config, "/a.html"});
  ASSERT_EQ(good.headers.size(), 3u);
  EXPECT_EQ(good.headers[0].value, "two");
  EXPECT_EQ(good.headers[1].value, "one");
  EXPECT_EQ(good.headers[2].value, "b, c");
  EXPECT_EQ(predicted({404, config, "/none"}).headers.size(), 1u);
}

}  // namespace
}  // namespace stockade::conf
