#include "proofs.h"

#include <fmt/format.h>

namespace stockade::proof {

namespace {

using effective::SiteFile;
using effective::SiteRequest;

// Everything closed but the site's own folder.
const std::vector<std::string> kSite = {
    "DocumentRoot @W/www", "<Directory />\nRequire all denied\nAllowOverride None\n</Directory>",
    "<Directory @W/www>\nRequire all granted\n</Directory>"};

std::vector<std::string> site(std::vector<std::string> more) {
  std::vector<std::string> lines = kSite;
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

SiteFile file(std::string path, std::string text = "") {
  return {std::move(path), std::move(text), "", false};
}

SiteRequest get(std::string target, std::string client = "127.0.0.1") {
  return {"main.example", "GET", std::move(target), std::move(client), {}};
}

SiteRequest post(std::string target) {
  SiteRequest request = get(std::move(target));
  request.method = "POST";
  return request;
}

SiteRequest get_of(std::string host, std::string target) {
  SiteRequest request = get(std::move(target));
  request.host = std::move(host);
  return request;
}

SiteRequest with_header(SiteRequest request, std::string name, std::string value) {
  request.headers.emplace_back(std::move(name), std::move(value));
  return request;
}

std::string granted(const std::string& path) {
  return fmt::format("<Directory {}>\nRequire all granted\n</Directory>", path);
}

std::string denied(const std::string& kind, const std::string& what) {
  return fmt::format("<{0} {1}>\nRequire all denied\n</{0}>", kind, what);
}

std::string host(const std::string& name, const std::string& lines) {
  return fmt::format("<VirtualHost *:@P>\nServerName {}\nDocumentRoot @W/www\n{}\n</VirtualHost>",
                     name, lines);
}

std::vector<Proof> access_proofs() {
  const std::vector<SiteFile> secret = {file("/www/private/x.html"), file("/www/a.html")};
  return {
      {"SecondUrl",
       "location-only-guard",
       secret,
       site({"Alias /old @W/www"}),
       {denied("Location", "/private")},
       {denied("Directory", "@W/www/private")},
       {},
       get("/old/private/x.html"),
       {.status = 200, .body = "private"},
       {.status = 403}},
      {"LocationReopens",
       "location-reopens-directory",
       secret,
       site({denied("Directory", "@W/www/private")}),
       {"<Location />\nRequire all granted\n</Location>"},
       {},
       {},
       get("/private/x.html"),
       {.status = 200},
       {.status = 403}},
      {"FilesAreReopened",
       "location-reopens-directory",
       {file("/www/.htpasswd", "a:b")},
       site({denied("FilesMatch", "^\\.ht")}),
       {"<Location />\nRequire all granted\n</Location>"},
       {},
       {},
       get("/.htpasswd"),
       {.status = 200},
       {.status = 403}},
      {"ChildReplacesParent",
       "require-lost-in-child",
       secret,
       site({"<Directory @W/www/private>\nAuthType Basic\nAuthName x\nAuthUserFile @W/users\n"
             "Require valid-user\n</Directory>"}),
       {"<Location /private>\nRequire ip 127.0.0.0/8\n</Location>"},
       {"<Location /private>\nAuthMerging And\nRequire ip 127.0.0.0/8\n</Location>"},
       {},
       get("/private/x.html"),
       {.status = 200},
       {.status = 401}},
      {"SatisfyAnyOpens",
       "old-and-new-access-mixed",
       secret,
       site({}),
       {"<Directory @W/www/private>\nRequire all denied\nAllow from all\nSatisfy "
        "any\n</Directory>"},
       {denied("Directory", "@W/www/private")},
       {},
       get("/private/x.html"),
       {.status = 200},
       {.status = 403}},
      {"OldWordsDoNotOpen",
       "old-and-new-access-mixed",
       {file("/other/x.html")},
       site({"Alias /other @W/other"}),
       {"<Directory @W/other>\nOrder allow,deny\nAllow from all\n</Directory>"},
       {granted("@W/other")},
       {},
       get("/other/x.html"),
       {.status = 403},
       {.status = 200}},
      {"LimitLeavesPost",
       "limit-hole",
       secret,
       site({}),
       {"<Directory @W/www/private>\n<Limit GET>\nRequire all denied\n</Limit>\n</Directory>"},
       {denied("Directory", "@W/www/private")},
       {},
       post("/private/x.html"),
       {.status = 200},
       {.status = 403}},
      {"SymlinkOut",
       "symlink-leaves-tree",
       {file("/www/a.html"), {"/www/link", "", "/../../etc", false}},
       site({}),
       {"<Directory @W/www>\nOptions FollowSymLinks\n</Directory>"},
       {"<Directory @W/www>\nOptions None\n</Directory>"},
       {},
       get("/link/passwd"),
       {.status = 200, .body = "root:"},
       {.status = 403}},
      {"AnyHost",
       "unknown-host-served",
       secret,
       site({}),
       {host("app.example", ""), host("other.example", "")},
       {host("nobody.example", denied("Location", "/")), host("app.example", "")},
       {},
       get_of("anything.invalid", "/a.html"),
       {.status = 200},
       {.status = 403}},
      {"HeaderOpens",
       "trust-in-client-header",
       secret,
       site({"SetEnvIf X-Forwarded-For ^192\\.0\\.2\\. inside"}),
       {"<Directory @W/www/private>\nRequire env inside\n</Directory>"},
       {"<Directory @W/www/private>\nRequire ip 192.0.2.1\n</Directory>"},
       {},
       with_header(get("/private/x.html"), "X-Forwarded-For", "192.0.2.7"),
       {.status = 200},
       {.status = 403}},
      {"PageForErrorsIsClosed",
       "internal-redirect-to-closed-page",
       {file("/www/errors/404.html", "our own page")},
       site({"ErrorDocument 404 /errors/404.html"}),
       {denied("Location", "/errors")},
       {},
       {},
       get("/nowhere"),
       {.status = 404, .body = "Additionally"},
       {.status = 404, .body = "our own page"}},
      {"FallbackIsClosed",
       "internal-redirect-to-closed-page",
       {file("/www/index.php", "application")},
       site({"<Directory @W/www>\nFallbackResource /index.php\n</Directory>"}),
       {"<Files index.php>\nRequire ip 192.0.2.1\n</Files>"},
       {},
       {},
       get("/nowhere"),
       {.status = 403},
       {.status = 200, .body = "application"}},
      {"StatusAsPageForErrors",
       "internal-redirect-to-closed-page",
       secret,
       site({"<Location /state>\nSetHandler server-status\nRequire all granted\n</Location>"}),
       {"ErrorDocument 404 /state"},
       {"ErrorDocument 404 \"not here\""},
       {},
       get("/nowhere"),
       {.status = 404, .body = "Server Version"},
       {.status = 404, .body = "not here"}},
      {"CacheBeforeAuthorization",
       "cache-before-authorization",
       {file("/www/private/x.html"), {"/cache", "", "", true}},
       site({"LoadModule cache_module /usr/lib/apache2/modules/mod_cache.so",
             "LoadModule cache_socache_module /usr/lib/apache2/modules/mod_cache_socache.so",
             "LoadModule socache_shmcb_module /usr/lib/apache2/modules/mod_socache_shmcb.so",
             "CacheSocache shmcb", "CacheEnable socache /", "CacheIgnoreNoLastMod On",
             "CacheMinExpire 600", "CacheIgnoreCacheControl On",
             "<Directory @W/www/private>\nRequire ip 127.0.0.1\n</Directory>"}),
       {"CacheQuickHandler on"},
       {"CacheQuickHandler off"},
       {get("/private/x.html", "127.0.0.1")},
       get("/private/x.html", "127.0.0.2"),
       {.status = 200},
       {.status = 403}},
  };
}

std::vector<Proof> mapping_proofs() {
  const std::vector<SiteFile> secret = {file("/www/private/x.html"), file("/www/a.html")};
  const std::string guard = "RewriteEngine On\nRewriteRule ^/private - [F]";
  return {
      {"RulesAreNotInherited",
       "rewrite-rules-not-inherited",
       secret,
       site({guard}),
       {host("main.example", "RewriteEngine On")},
       {host("main.example", "RewriteEngine On\nRewriteOptions Inherit")},
       {},
       get("/private/x.html"),
       {.status = 200},
       {.status = 403}},
      {"ProxyShadow",
       "proxy-pass-shadowed",
       {file("/www/static/x.html")},
       site({}),
       {"ProxyPass / http://127.0.0.1:1/", "ProxyPass /static !"},
       {"ProxyPass /static !", "ProxyPass / http://127.0.0.1:1/"},
       {},
       get("/static/x.html"),
       {.status = 503},
       {.status = 200}},
      {"AliasSibling",
       "alias-sibling-traversal",
       {file("/shop/a"), file("/shop_old/x")},
       site({granted("@W/shop"), granted("@W/shop_old")}),
       {"Alias /s/ @W/shop"},
       {"Alias /s/ @W/shop/"},
       {},
       get("/s/_old/x"),
       {.status = 200, .body = "shop_old"},
       {.status = 404}},
      {"CaptureIsAppended",
       "captured-path-concatenated",
       {file("/files/a"), file("/files_old/x")},
       site({granted("@W/files"), granted("@W/files_old")}),
       {"AliasMatch ^/f(.*) @W/files$1"},
       {"AliasMatch ^/f(/.*)?$ @W/files$1"},
       {},
       get("/f_old/x"),
       {.status = 200, .body = "files_old"},
       {.status = 404}},
      {"MiddleExtension",
       "handler-for-middle-extension",
       {file("/www/up/x.cgi.jpg", "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n%s' ran\n")},
       site({"<Directory @W/www/up>\nOptions ExecCGI\n</Directory>"}),
       {"AddHandler cgi-script .cgi"},
       {"<FilesMatch \"\\.cgi$\">\nSetHandler cgi-script\n</FilesMatch>"},
       {},
       get("/up/x.cgi.jpg"),
       {.status = 500},
       {.status = 200, .body = "printf"}},
      {"HeaderOfGoodAnswersOnly",
       "header-in-one-table-only",
       secret,
       site({}),
       {"Header set X-Frame-Options DENY"},
       {"Header always set X-Frame-Options DENY"},
       {},
       get("/nowhere"),
       {.status = 404, .no_header = "x-frame-options"},
       {.status = 404, .header = "x-frame-options"}},
      {"HtaccessServed",
       "htaccess-file-served",
       {file("/www/.htaccess", "Options None\n")},
       site({}),
       {},
       {denied("FilesMatch", "^\\.ht")},
       {},
       get("/.htaccess"),
       {.status = 200},
       {.status = 403}},
      {"GitServed",
       "version-control-served",
       {file("/www/.git/HEAD", "ref: refs/heads/main\n"), file("/www/.git/config", "[core]\n")},
       site({}),
       {},
       {"<DirectoryMatch \"/\\.git\">\nRequire all denied\n</DirectoryMatch>"},
       {},
       get("/.git/config"),
       {.status = 200},
       {.status = 403}},
      {"BackupServed",
       "backup-file-served",
       {file("/www/config.php.bak", "password")},
       site({}),
       {},
       {denied("FilesMatch", "\\.bak$")},
       {},
       get("/config.php.bak"),
       {.status = 200},
       {.status = 403}},
  };
}

}  // namespace

const std::vector<Proof>& proofs() {
  static const std::vector<Proof> all = [] {
    std::vector<Proof> made = access_proofs();
    for (Proof& proof : mapping_proofs()) made.push_back(std::move(proof));
    return made;
  }();
  return all;
}

}  // namespace stockade::proof
