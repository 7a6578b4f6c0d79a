#include "dice.h"

namespace stockade::effective {

namespace {

std::string alias(Dice& dice) {
  switch (dice.below(4)) {
    case 0:
      return "AliasMatch " +
             dice.pick({"^/m(/.*)$ @W/alt$1", "^/n/(.*)$ @W/www/$1", "/al2(.*) @W/alt$1"});
    case 1:
      return "ScriptAlias " + dice.pick({"/cgi/ @W/www/sub/", "/cgi @W/www/sub"});
    default:
      return "Alias " + dice.pick({"/al", "/al/", "/sub", "/admin/x", "/pub"}) + " @W/" +
             dice.pick({"alt", "alt/", "www/sub", "outside"});
  }
}

std::string redirect(Dice& dice) {
  switch (dice.below(3)) {
    case 0:
      return "Redirect " + dice.pick({"", "301 ", "permanent ", "seeother "}) +
             dice.pick({"/old", "/sub/deep", "/al"}) + " " +
             dice.pick({"/new", "http://other.example/x", "https://other.example"});
    case 1:
      return "RedirectMatch " + dice.pick({"^/r(.*)$ /sub$1", "301 \\.php$ /a.html", "404 /\\.git",
                                           "403 ^/admin/secret", "^/with(.*)$ /w$1#part",
                                           "^/n(.*)$ http://x.example/n?$1"});
    default:
      return "Redirect " + dice.pick({"gone /gone", "404 /.hidden", "403 /admin"});
  }
}

std::string proxy_pass(Dice& dice) {
  switch (dice.below(5)) {
    case 0:
      return "ProxyPassMatch " + dice.pick({"^/pm/(.*)\\.html$ http://127.0.0.1:1/$1",
                                            "^/pass/[ab] !", "\\.jsp$ http://127.0.0.1:1"});
    case 1:
      return "ProxyPass " + dice.pick({"/pass/sub !", "/al !", "/sub/c.html !"});
    default:
      return "ProxyPass " +
             dice.pick({"/pass http://127.0.0.1:1/", "/pass/ http://127.0.0.1:1/p/",
                        "/sub/deep http://127.0.0.1:1/deep", "/al http://127.0.0.1:1"});
  }
}

std::string user_folder(Dice& dice) {
  return "UserDir " + dice.pick({"@W/people", "@W/home/*/web", "@W/nowhere @W/people", "disabled",
                                 "disabled ann root", "enabled joe", "http://other.example/u",
                                 "http://other.example/*/w", "public_html", "@W/people/*",
                                 "enabled", "@W/home/*/web @W/people"});
}

std::string folder_of_host(Dice& dice) {
  return dice.pick({"VirtualDocumentRoot @W/vhosts/%0", "VirtualDocumentRoot @W/vhosts/%-1/%1",
                    "VirtualDocumentRoot @W/vhosts/%2+/%-2.1", "VirtualDocumentRoot none",
                    "VirtualDocumentRoot @W/vhosts/%1.1/%3", "VirtualDocumentRootIP @W/vhosts/%1",
                    "VirtualScriptAlias @W/vhosts/%1", "VirtualDocumentRoot @W/vhosts/%-2+/",
                    "VirtualDocumentRoot @W/vhosts/%1.-1/%1.2+"});
}

}  // namespace

void lay_out_mapped_files(std::vector<SiteFile>& files) {
  for (const char* path : {"/people/joe/index.html",
                           "/people/joe/a.html",
                           "/people/ann/b.txt",
                           "/home/ann/web/a.html",
                           "/home/joe/web/index.html",
                           "/vhosts/one.example/a.html",
                           "/vhosts/one.example/index.html",
                           "/vhosts/example/one/a.html",
                           "/vhosts/example/o/a.html",
                           "/vhosts/example/two/index.html",
                           "/vhosts/o/_/a.html",
                           "/vhosts/127/a.html",
                           "/vhosts/one/a.html",
                           "/vhosts/one/a.html/x",
                           "/vhosts/e/ne/a.html",
                           "/vhosts/two.example/sub/c.html",
                           "/www/mv/page.html",
                           "/www/mv/note.txt",
                           "/www/mv/two.html",
                           "/www/mv/two.txt",
                           "/www/mv/odd.zzz"}) {
    if (std::string(path) != "/vhosts/one/a.html/x") files.push_back({path, "", "", false});
  }
  files.push_back({"/map.txt", "# names\na sub\nc\tadmin more\nr /sub/c.html\n", "", false});
}

std::string mapping_line(Dice& dice) {
  switch (dice.below(12)) {
    case 0:
    case 1:
      return proxy_pass(dice);
    case 2:
    case 3:
    case 4:
      return redirect(dice);
    case 5:
      return user_folder(dice);
    case 6:
      return dice.chance(60) ? folder_of_host(dice) : user_folder(dice);
    case 7:
      return dice.chance(50)
                 ? variable_line(dice)
                 : "SetEnvIf Request_URI " + dice.pick({"^/pass no-proxy", "^/al no-proxy"});
    case 8:
      return variable_line(dice);
    default:
      return alias(dice);
  }
}

std::string location_mapping(Dice& dice) {
  return dice.pick(
      {"Alias @W/alt/a.html", "Alias @W/alt\nAliasPreservePath On", "ScriptAlias @W/alt",
       "Alias \"@W/www%{REQUEST_URI}\"", "Redirect /new", "Redirect 301 /new", "Redirect gone",
       "Redirect http://other.example/x", "Redirect 404", "ProxyPass http://127.0.0.1:1/loc",
       "ProxyPass !", "Redirect /sub/c.html /new", "RedirectMatch ^/s(.*)$ /new$1",
       "RedirectRelative On\nRedirect /rel", "Redirect \"http://other.example%{REQUEST_URI}\"",
       "<If \"%{REQUEST_METHOD} == 'POST'\">\nRedirect /posted\n</If>",
       "<If \"req('X-Test') == 'on'\">\nRedirect 301 /on\n</If>"});
}

std::vector<std::string> proxy_section(Dice& dice) {
  const std::string tag =
      dice.pick({"Proxy *", "Proxy http://127.0.0.1:1/p", "Proxy \"http://*/sub/*\"",
                 "ProxyMatch \"^http://[^/]*/(deep|loc)\"", "Proxy http://other"});
  std::vector<std::string> lines{"<" + tag + ">"};
  lines.push_back(dice.pick({"Require all denied", "Require ip 127.0.0.1", "Require all granted",
                             "Require not ip 127.0.0.2\nRequire all granted", "Deny from all",
                             "Header set X-A proxied", "Require env flag", "AllowMethods GET"}));
  if (lines.back().find("not") != std::string::npos) {
    lines.back() = "<RequireAll>\n" + lines.back() + "\n</RequireAll>";
  }
  lines.push_back("</" + tag.substr(0, tag.find(' ')) + ">");
  return lines;
}

std::string mapped_target(Dice& dice) {
  return dice.pick({"/~joe/",       "/~joe/a.html",  "/~joe",
                    "/~ann/a.html", "/~ann/b.txt",   "/~daemon/x",
                    "/~",           "/~/a.html",     "/pass/a.html",
                    "/pass",        "/pass/sub/x",   "/pm/a.html",
                    "/x.jsp",       "/cgi/c.html",   "/cgi-bin/a.html",
                    "/pass/b%20c",  "/mv/page",      "/mv/note",
                    "/mv/two",      "/mv/none",      "/mv/odd",
                    "/rw/r",        "/rw/a?x=1&y=2", "/rw/b%20c.html",
                    "/rw/sub%3fq",  "/p/x",          "/e/a.html",
                    "/k/a",         "/n/1"});
}

std::string variable_line(Dice& dice) {
  return dice.pick(
      {"SetEnvIf X-Test ^on$ flag", "SetEnvIf User-Agent bad flag=1",
       "SetEnvIf Request_URI ^/sub flag !other", "SetEnvIf Request_Method POST flag",
       "SetEnvIf Remote_Addr ^127\\.0\\.0\\.2$ flag other", "SetEnvIf X-Test off !flag",
       "SetEnvIfNoCase X-Test ^ON$ flag=two", "BrowserMatch ^bad flag",
       "BrowserMatchNoCase GOOD other=1", "SetEnvIf ^X-T on flag=h", "SetEnvIf flag ^$ other",
       "SetEnvIf flag . other=$0", "SetEnvIfExpr \"%{REQUEST_URI} =~ m#^/(sub|al)#\" flag=$1",
       "SetEnvIfExpr \"req('X-Test') == 'on'\" other !flag", "SetEnv flag fixed", "SetEnv other",
       "UnsetEnv flag", "SetEnvIf Request_URI ^/a flag=", "SetEnvIf Server_Addr 127 other"});
}

}  // namespace stockade::effective
