#include "dice.h"

namespace stockade::effective {

namespace {

void add_conditions(Dice& dice, std::vector<std::string>& lines) {
  const size_t count = 1 + dice.below(2);
  for (size_t i = 0; i < count; ++i) {
    lines.push_back("RewriteCond " + dice.pick({"%{HTTP_HOST} ^one",
                                                "%{HTTP_HOST} !^ONE [NC]",
                                                "%{REQUEST_METHOD} =POST",
                                                "%{QUERY_STRING} q=(.)",
                                                "%{REQUEST_FILENAME} !-f",
                                                "%{REQUEST_FILENAME} -d",
                                                "%{REMOTE_ADDR} ^127\\.0\\.0\\.2$ [OR]",
                                                "%{HTTP:X-Test} =on",
                                                "%{REQUEST_URI} ^/(sub)",
                                                "@W/www%{REQUEST_URI} -f",
                                                "%{HTTPS} off",
                                                "%{REQUEST_URI} /sub [OR]",
                                                "expr \"%{REQUEST_METHOD} == 'GET'\"",
                                                "expr \"%{REQUEST_URI} =~ m#^/([a-z]+)#\"",
                                                "%{REQUEST_URI} >/m",
                                                "%{REQUEST_URI} </sub",
                                                "1%{QUERY_STRING} -eq1",
                                                "5 -gt10",
                                                "%{ENV:flag} .",
                                                "%{ENV:mark} =set",
                                                "%{ENV:flag} =\"\"",
                                                "%{IS_SUBREQ} false",
                                                "%{REQUEST_URI} !=/sub/c.html",
                                                "expr \"! -f %{REQUEST_FILENAME}\"",
                                                "${low:%{HTTP_HOST}} ^one",
                                                "${names:$1|none} !none"}));
  }
}

std::string flags(Dice& dice) {
  return dice.pick({"",
                    "",
                    " [L]",
                    " [PT]",
                    " [R]",
                    " [R=301,L]",
                    " [F]",
                    " [G]",
                    " [NC,L]",
                    " [QSA,L]",
                    " [R=404]",
                    " [QSD]",
                    " [C]",
                    " [S=1]",
                    " [E=mark:set]",
                    " [E=flag:1,L]",
                    " [E=!flag]",
                    " [END]",
                    " [NE,R]",
                    " [QSL]",
                    " [B]",
                    " [B,BNP,R]",
                    " [NS]",
                    " [N=3]",
                    " [P]",
                    " [CO=a:b:c]",
                    " [R=307,NE]",
                    " [UnsafePrefixStat]",
                    " [H=server-status]",
                    " [T=text/plain]"});
}

}  // namespace

std::vector<std::string> rewrite_of_server(Dice& dice) {
  std::vector<std::string> lines;
  lines.push_back("RewriteEngine " + dice.pick({"On", "On", "On", "Off"}));
  if (dice.chance(20)) {
    lines.push_back("RewriteOptions " + dice.pick({"Inherit", "InheritBefore", "InheritDown",
                                                   "InheritDownBefore", "IgnoreInherit"}));
  }
  lines.push_back("RewriteMap low int:tolower");
  lines.push_back("RewriteMap names txt:@W/map.txt");
  const size_t count = 1 + dice.below(3);
  for (size_t i = 0; i < count; ++i) {
    if (dice.chance(50)) add_conditions(dice, lines);
    lines.push_back("RewriteRule " +
                    dice.pick({"^/rw/(.*)$ /sub/$1",
                               "^/rw(/.*)$ /al$1",
                               "^/old /new",
                               "\\.txt$ -",
                               "^/sub /admin/",
                               "^/a\\.html$ /b.txt",
                               "^/(a|b)\\. /sub/c.html?x=$1",
                               "^/r http://other.example/y",
                               "!html$ /error.html",
                               "^/nodir/(.*) /sub/$1?",
                               "^/gone$ /%1/c.html",
                               "^/admin /sub/c.html?q=1",
                               "^/rw/(.) /${names:$1}/c.html",
                               "^/rw/(.*) ${names:$1|/a.html}",
                               "^/rw/(.*)$ /${low:$1}",
                               "^(.*)$ $1",
                               "^/rw/(.*)$ @W/alt/$1",
                               "^/rw(.*)$ @W/alt$1",
                               "^/m(.*) relative$1",
                               "^/n/(.*)$ /k/$1",
                               "^/k/(.*)$ /e/$1",
                               "^/e/(.*)$ /$1",
                               "^/rw/(.*) /a.html?v=$1",
                               "^/x http://other.example/a%20b",
                               "^/rw/([^x]*)$ /rw/$1x",
                               "^/(sub)/(.*)$ /$1/$2",
                               "^/p/ http://127.0.0.1:1/z",
                               "^/rw http://other.example/?u=a+b"}) +
                    flags(dice));
  }
  return lines;
}

std::vector<std::string> rewrite_of_section(Dice& dice) {
  std::vector<std::string> lines;
  if (dice.chance(85)) lines.push_back("RewriteEngine On");
  if (dice.chance(15)) lines.push_back("RewriteBase " + dice.pick({"/sub", "/", "/sub/"}));
  if (dice.chance(12)) {
    lines.push_back("RewriteOptions " + dice.pick({"Inherit", "InheritBefore", "AllowNoSlash",
                                                   "MergeBase", "IgnoreContextInfo"}));
  }
  const size_t count = 1 + dice.below(2);
  for (size_t i = 0; i < count; ++i) {
    if (dice.chance(50)) add_conditions(dice, lines);
    lines.push_back(
        "RewriteRule " +
        dice.pick({"^secret -", "^c\\.html$ /b.txt", "^(.*)\\.htm$ $1.html", "^ index.html",
                   "^missing c.html", "txt$ /error.html", "^/ -", "^a\\.html b.txt",
                   "^(.+)/(.+)$ /sub/$2", "^$ a.html", "^d http://other.example/z",
                   "^index\\.html$ a.html", "c\\.html$ /a.html", "html$ - ", "^(.*)$ ${low:$1}",
                   "^index b.txt?i=1", "^x(.*) $1"}) +
        dice.pick({"", " [L]", " [L]", " [F]", " [R=302]", " [G]", " [QSA]", " [END]", " [C]",
                   " [S=1]", " [E=flag:1]", " [DPI]", " [NS]", " [E=mark:set]", " [R=301,NE]",
                   " [PT]", " [N=2]", " [H=server-status]"}));
  }
  return lines;
}

}  // namespace stockade::effective
