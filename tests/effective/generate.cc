#include "dice.h"
#include "site.h"

namespace stockade::effective {

namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : dice_(seed) {}

  Site run(size_t requests) {
    make_files();
    main_server();
    const size_t hosts = below(4);
    for (size_t i = 0; i < hosts; ++i) virtual_host(i);
    for (size_t i = 0; i < requests; ++i) site_.requests.push_back(request());
    return std::move(site_);
  }

 private:
  size_t below(size_t count) { return dice_.below(count); }
  bool chance(size_t percent) { return dice_.chance(percent); }
  template <size_t N>
  std::string pick(const char* const (&words)[N]) {
    return dice_.pick(words);
  }
  void line(std::string text) { site_.lines.push_back(std::move(text)); }

  void lines(const std::vector<std::string>& more) {
    for (const std::string& each : more) line(each);
  }

  void make_files() {
    lay_out_mapped_files(site_.files);
    for (const char* path :
         {"/www/index.html",         "/www/a.html",           "/www/b.txt",
          "/www/x.php.txt",          "/www/.git/config",      "/www/.hidden",
          "/www/sub/index.html",     "/www/sub/c.html",       "/www/sub/deep/d.html",
          "/www/sub/deep/index.txt", "/www/admin/index.html", "/www/admin/secret.txt",
          "/www/empty/only.txt",     "/www/error.html",       "/www/default.htm",
          "/alt/index.html",         "/alt/a.html",           "/alt/sub/c.html",
          "/alt/admin/secret.txt",   "/outside/o.html",       "/outside/index.html",
          "/alt_sibling/s.html",     "/www/with space.html"}) {
      site_.files.push_back({path, "", "", false});
    }
    site_.files.push_back({"/www/link.html", "", "/outside/o.html", false});
    site_.files.push_back({"/www/linkdir", "", "/outside", false});
    site_.files.push_back({"/www/dangling", "", "/nowhere", false});
    site_.files.push_back({"/www/bare", "", "", true});
    const size_t count = below(3);
    for (size_t i = 0; i < count; ++i) {
      const std::string directory = pick(
          {"/www", "/www/sub", "/www/admin", "/www/sub/deep", "/alt", "/outside", "/www/empty"});
      site_.files.push_back({directory + "/.htaccess", htaccess(), "", false});
    }
  }

  std::string htaccess() {
    std::vector<std::string> kept;
    kept.swap(site_.lines);
    const size_t count = 1 + below(3);
    for (size_t i = 0; i < count; ++i) {
      if (chance(15)) {
        line("<Files \"" + pick({"a.html", "*.txt", "c.html", "index.*"}) + "\">");
        setting(true);
        line("</Files>");
      } else if (chance(10)) {
        condition_section(true);
      } else {
        setting(true);
      }
    }
    if (chance(4)) line("NoSuchDirective x");
    if (chance(4)) line("<Directory />\n</Directory>");
    if (chance(4)) line("Order x");
    std::string text;
    for (const std::string& each : site_.lines) text += each + "\n";
    site_.lines.swap(kept);
    return text;
  }

  void main_server() {
    line("DocumentRoot @W/www");
    if (chance(80)) {
      line("<Directory />");
      line(chance(50) ? "Require all denied" : "Require all granted");
      if (chance(40)) line("AllowOverride " + override_words());
      line("</Directory>");
    }
    if (chance(85)) {
      line("<Directory @W/www>");
      line("Require all granted");
      if (chance(60)) line("AllowOverride " + override_words());
      if (chance(50)) line("Options " + options());
      line("</Directory>");
    }
    if (chance(60)) line("<Directory @W/alt>\nRequire all granted\n</Directory>");
    if (chance(15)) line("AllowEncodedSlashes " + pick({"On", "NoDecode", "Off"}));
    if (chance(10)) line("MergeSlashes Off");
    body();
  }

  void location_block(const std::string& name, const std::string& argument) {
    if (!chance(25)) return block(name, argument);
    line("<" + name + " " + argument + ">");
    line(location_mapping(dice_));
    if (chance(40)) setting(false);
    line("</" + name + ">");
  }

  void virtual_host(size_t number) {
    const char* const addresses[] = {"*:@P",      "127.0.0.1:@P", "*:*",
                                     "127.0.0.1", "_default_:@P", "127.0.0.9:@P"};
    line("<VirtualHost " + std::string(chance(60) ? "*:@P" : addresses[below(6)]) + ">");
    line("ServerName " + std::string(number == 0   ? "one.example"
                                     : number == 1 ? "two.example"
                                                   : "three.example"));
    if (chance(30))
      line("ServerAlias " + pick({"*.example", "alias.example", "t?o.example", "one.example"}));
    if (chance(70)) line("DocumentRoot @W/" + pick({"www", "alt", "www/sub", "www/"}));
    body();
    line("</VirtualHost>");
  }

  void body() {
    const size_t mappings = below(4);
    for (size_t i = 0; i < mappings; ++i) mapping();
    if (chance(30)) lines(rewrite_of_server(dice_));
    if (chance(15)) lines(proxy_section(dice_));
    const size_t settings = below(3);
    for (size_t i = 0; i < settings; ++i) setting(false, true);
    const size_t sections = below(5);
    for (size_t i = 0; i < sections; ++i) section();
  }

  void mapping() {
    if (chance(55)) return line(mapping_line(dice_));
    switch (below(3)) {
      case 0:
        return line("ErrorDocument " + pick({"404", "403", "410", "401"}) + " " +
                    pick({"/error.html", "\"plain text\"", "/missing.html",
                          "http://other.example/err", "/admin/secret.txt"}));
      case 1:
        return line("DirectoryIndex " + pick({"a.html", "index.html", "none.html default.htm",
                                              "index.txt index.html", "disabled", "/a.html"}));
      default:
        return line("Header " + pick({"", "always ", "onsuccess "}) + header());
    }
  }

  std::string header() {
    return pick({"set X-A one", "set X-A two", "add X-A three", "append X-A four", "unset X-A",
                 "set X-B b", "merge X-B c", "setifempty X-C d", "set X-C \"50%%\"",
                 "set X-B e env=flag", "set X-C f env=!flag"});
  }

  void section() {
    switch (below(8)) {
      case 0:
      case 1: {
        const std::string path = pick({"@W/www/sub", "@W/www/admin", "@W/alt", "@W", "@W/www/s*",
                                       "@W/*/admin", "@W/outside", "@W/www/sub/deep/", "@W/www/*"});
        return block("Directory", "\"" + path + "\"");
      }
      case 2:
        return block("DirectoryMatch",
                     "\"" + pick({"/sub", "/(www|alt)/admin$", "/\\.git", "deep/?$"}) + "\"");
      case 3:
        return block(
            "Files",
            "\"" + pick({"a.html", "*.txt", "secret.txt", ".ht*", "index.*", "?.html"}) + "\"");
      case 4:
        return block("FilesMatch", "\"" + pick({"\\.txt$", "^index", "^\\.", "html"}) + "\"");
      case 5:
        return location_block("Location",
                              "\"" +
                                  pick({"/", "/sub", "/sub/", "/admin", "/al", "/s*/c.html",
                                        "/admin/secret.txt", "/gone", "/old", "/.git"}) +
                                  "\"");
      case 6:
        return location_block("LocationMatch",
                              "\"" + pick({"^/(sub|al)/", "\\.html$", "//", "admin"}) + "\"");
      default:
        return condition_section(false);
    }
  }

  void condition_section(bool in_htaccess) {
    line("<If \"" + condition() + "\">");
    setting(in_htaccess);
    line("</If>");
    if (chance(25)) {
      line("<ElseIf \"" + condition() + "\">");
      setting(in_htaccess);
      line("</ElseIf>");
    }
    if (chance(25)) {
      line("<Else>");
      setting(in_htaccess);
      line("</Else>");
    }
  }

  std::string condition() {
    return pick(
        {"%{REQUEST_URI} =~ m#^/sub#", "%{HTTP_HOST} == 'one.example:@P'", "req('X-Test') == 'on'",
         "-R '127.0.0.2'", "%{REMOTE_ADDR} -ipmatch '127.0.0.0/30'", "%{REQUEST_METHOD} == 'POST'",
         "%{QUERY_STRING} =~ /q=(.)/ && $1 == '1'", "-f %{REQUEST_FILENAME}",
         "! %{REQUEST_URI} in {'/', '/a.html'}", "-z %{HTTP_USER_AGENT} || %{REQUEST_URI} == '/'",
         "%{REQUEST_FILENAME} =~ /txt$/", "'5' -lt '10' and tolower(%{HTTP_HOST}) =~ /ONE/i",
         "-d %{REQUEST_FILENAME}", "%{HTTPS} == 'on'", "%{REQUEST_URI} -strmatch '/s*/c*'",
         "%{REQUEST_URI} -fnmatch '/*.html'", "%{REQUEST_URI} -strcmatch '/SUB*'",
         "reqenv('flag') == '1'"});
  }

  void block(const std::string& name, const std::string& argument) {
    line("<" + name + " " + argument + ">");
    const size_t count = 1 + below(3);
    in_directory_ = name == "Directory" && argument.find('*') == std::string::npos;
    for (size_t i = 0; i < count; ++i) setting(false);
    in_directory_ = false;
    if (name != "Files" && name != "FilesMatch" && name.find("Location") == std::string::npos) {
      if (chance(15)) line("AllowOverride " + override_words());
      if (chance(12)) {
        line("<Files \"" + pick({"c.html", "*.txt", "index.html"}) + "\">");
        setting(false);
        line("</Files>");
      }
    }
    if (chance(8)) condition_section(false);
    line("</" + name + ">");
  }

  std::string override_words() {
    return pick({"None", "All", "AuthConfig", "FileInfo", "Limit", "AuthConfig FileInfo Indexes",
                 "Options FileInfo Limit", "AuthConfig Limit"});
  }
  std::string options() {
    return pick({"None", "All", "Indexes", "FollowSymLinks", "+Indexes", "-Indexes",
                 "-FollowSymLinks", "SymLinksIfOwnerMatch", "+ExecCGI -Indexes",
                 "Indexes FollowSymLinks", "+SymLinksIfOwnerMatch -FollowSymLinks", "+MultiViews",
                 "MultiViews FollowSymLinks"});
  }

  void setting(bool in_htaccess, bool in_server = false) {
    switch (below(in_server ? 8 : 14)) {
      case 0:
        return line("Options " + options());
      case 1:
        return line("Header " + pick({"", "always "}) + header());
      case 2:
        return line("DirectoryIndex " + pick({"a.html", "none.html", "disabled", "index.txt",
                                              "c.html d.html", "/sub/c.html"}));
      case 3:
        return line(pick(
            {"SetHandler default-handler", "SetHandler None", "AcceptPathInfo On",
             "AcceptPathInfo Off", "AddHandler cgi-script .php", "AddHandler default-handler .txt",
             "RemoveHandler .php", "SetHandler server-status", "ForceType text/plain",
             "Redirect 404 /sub/c.html", "RedirectMatch 404 c\\.html", "Redirect /sub /new",
             "RedirectMatch ^/a(.*) /b$1", "Redirect 301 /sub/c.html http://x.example/",
             "Redirect gone /admin", "SetEnv flag on", "RedirectPermanent /sub /al"}));
      case 4:
        return line("DirectorySlash " + pick({"On", "Off"}));
      case 5:
        return line("FallbackResource " +
                    pick({"/a.html", "disabled", "/admin/index.html", "/sub/c.html"}));
      case 6:
        return line("ErrorDocument " +
                    pick({"404 /error.html", "403 \"no\"", "404 default", "403 /error.html"}));
      case 7:
        return line(variable_line(dice_));
      case 8:
      case 9:
        return require();
      case 10:
        return compat();
      case 11:
        if (chance(25)) return line("AllowMethods " + pick({"GET", "POST", "reset", "GET POST"}));
        return line(
            pick({"AuthType Basic\nAuthName x\nAuthUserFile @W/users", "AuthType None",
                  "AuthMerging And\nRequire ip 127.0.0.1", "AuthMerging Or\nRequire ip 127.0.0.2",
                  "AuthMerging And", "AuthMerging Off"}));
      case 12:
        return limit();
      default:
        return in_htaccess || in_directory_ || chance(20) ? lines(rewrite_of_section(dice_))
                                                          : limit();
    }
  }

  std::string require_line() {
    return "Require " + pick({"all granted", "all denied", "ip 127.0.0.1", "ip 127.0.0.2 127.0.0.3",
                              "ip 127.0.0.0/30", "local", "valid-user", "user joe", "env flag",
                              "method GET HEAD", "method POST", "expr %{REQUEST_URI} =~ m#html$#",
                              "expr \"req('X-Test') == 'on'\"", "ip 10"});
  }

  void require() {
    if (chance(60)) return line(require_line());
    const std::string container = pick({"RequireAll", "RequireAny", "RequireNone"});
    if (container == "RequireNone") line("<RequireAll>");
    line("<" + container + ">");
    if (container == "RequireAll" && chance(50)) {
      line("Require all granted");
      line("Require not " +
           pick({"ip 127.0.0.2", "env flag", "method POST", "ip 127.0.0.1", "user joe"}));
    } else {
      line(require_line());
      line(require_line());
      if (container == "RequireAny" && chance(30))
        line("<RequireAll>\n" + require_line() + "\n" + require_line() + "\n</RequireAll>");
    }
    line("</" + container + ">");
    if (container == "RequireNone") line("Require all granted\n</RequireAll>");
  }

  void compat() {
    const size_t count = 1 + below(3);
    for (size_t i = 0; i < count; ++i) {
      line(pick({"Order allow,deny", "Order deny,allow", "Allow from all", "Deny from all",
                 "Allow from 127.0.0.1", "Deny from 127.0.0.2", "Allow from env=flag",
                 "Deny from env=flag", "Satisfy any", "Satisfy all", "Allow from 127.0.0.0/30"}));
    }
  }

  void limit() {
    const std::string name = pick({"Limit", "LimitExcept"});
    line("<" + name + " " + pick({"GET", "POST", "GET POST", "PUT DELETE"}) + ">");
    if (chance(70)) {
      line(require_line());
    } else {
      line(pick({"Deny from all", "Order deny,allow\nDeny from all", "Allow from 127.0.0.1"}));
    }
    line("</" + name + ">");
  }

  SiteRequest request() {
    SiteRequest request;
    request.host = pick({"one.example", "two.example", "three.example", "alias.example",
                         "other.test", "ONE.example"});
    request.method = chance(75) ? "GET" : pick({"HEAD", "POST", "PUT", "OPTIONS", "DELETE"});
    request.client = pick({"127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.7"});
    request.target = target();
    if (chance(30)) request.headers.emplace_back("X-Test", pick({"on", "off"}));
    if (chance(20)) request.headers.emplace_back("User-Agent", pick({"bad robot", "good"}));
    return request;
  }

  std::string target() {
    std::string path = pick({"/",
                             "/index.html",
                             "/a.html",
                             "/b.txt",
                             "/x.php.txt",
                             "/.git/config",
                             "/.hidden",
                             "/sub",
                             "/sub/",
                             "/sub/c.html",
                             "/sub/deep/",
                             "/sub/deep/d.html",
                             "/sub/deep",
                             "/admin/",
                             "/admin/secret.txt",
                             "/admin",
                             "/empty/",
                             "/empty",
                             "/bare/",
                             "/error.html",
                             "/missing.html",
                             "/nodir/missing",
                             "/al/a.html",
                             "/al/",
                             "/al",
                             "/al/_sibling/s.html",
                             "/pub/sub/c.html",
                             "/m/a.html",
                             "/n/sub/c.html",
                             "/al2/a.html",
                             "/old",
                             "/old/x",
                             "/r/c.html",
                             "/gone",
                             "/linkdir/o.html",
                             "/linkdir/",
                             "/linkdir",
                             "/link.html",
                             "/dangling",
                             "/a.html/extra",
                             "/sub/c.html/",
                             "/with%20space.html",
                             "/x.php",
                             "/new",
                             "/admin/x/a.html",
                             "/rw/c.html",
                             "/rw/a.html",
                             "/sub/missing",
                             "/sub/x.htm",
                             "/a",
                             "/b",
                             "/sub/c",
                             "/a.htm"});
    if (chance(6))
      path = pick({"/sub/../a.html", "/../a.html", "/%2e%2e/a.html", "/sub/%2E%2e/admin/secret.txt",
                   "/./a.html", "/sub//c.html", "//a.html", "/sub%2fc.html", "/a%00.html", "/%zz",
                   "/a.htm%6c", "/%41.html", "/sub/deep/..", "//sub//", "/sub/%2fc.html",
                   "/a.html%2f", "/sub/.//c.html"});
    if (chance(14)) path = mapped_target(dice_);
    if (chance(15)) path += "?q=" + pick({"1", "2"});
    return path;
  }

  Dice dice_;
  Site site_;
  bool in_directory_ = false;
};

}  // namespace

Site generate_site(uint64_t seed, size_t requests) { return Generator(seed).run(requests); }

}  // namespace stockade::effective
