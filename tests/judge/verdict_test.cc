// Lines that httpd refuses and lines that it accepts, directive by directive: ours is the same
// verdict at the same line, and where httpd is installed it is asked too.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <regex>

#include "httpd_judge.h"
#include "rules/example.h"

namespace stockade::judge {
namespace {

struct Case {
  int line;  // where it is refused; 0: accepted
  std::string_view text;
};

constexpr Case kCases[] = {
    // Options and overrides
    {0, "Options None Indexes"},
    {1, "Options +None"},
    {1, "Options Indexes +Includes"},
    {1, "Options +Indexes Includes"},
    {1, "Options -All"},
    {0, "Options"},
    {1, "Options Indexes None"},
    {0, "<Directory /x>\nAllowOverride None All\n</Directory>"},
    {2, "<Directory /x>\nAllowOverride Options=Indexes,Foo\n</Directory>"},
    {0, "<Directory /x>\nAllowOverride Nonfatal=x\n</Directory>"},
    {1, "AllowOverride None"},
    // Where a line may stand
    {2, "<VirtualHost *:80>\nServerTokens Prod\n</VirtualHost>"},
    {2, "<Directory /x>\nDocumentRoot /\n</Directory>"},
    {2, "<Directory /x>\n<Directory /y>\n</Directory>\n</Directory>"},
    {2, "<Location /x>\n<Files y>\n</Files>\n</Location>"},
    {2, "<VirtualHost *:80>\n<VirtualHost *:81>\n</VirtualHost>\n</VirtualHost>"},
    {1, "<Limit GET>\nRequire all granted\n</Limit>"},
    {1, "ServerAlias x"},
    {0, "<Proxy *>\nSSLProxyEngine on\n</Proxy>"},
    {3, "<Directory /x>\n<RequireAll>\nOptions None\n</RequireAll>\n</Directory>"},
    // Sections
    {1, "<Directory>\n</Directory>"},
    {1, "<Directory /x\n</Directory>"},
    {1, "<Directory /x /y>\n</Directory>"},
    {1, "<Directory ~ \"(\">\n</Directory>"},
    {1, "<FilesMatch \"(\">\n</FilesMatch>"},
    {0, "<Proxy>\n</Proxy>"},
    {1, "<Else>\n</Else>"},
    {1, "<VirtualHost 80>\n</VirtualHost>"},
    {0, "<VirtualHost _default_:*>\n</VirtualHost>"},
    {2, "<Directory /x>\n<RequireAll>\n</RequireAll>\n</Directory>"},
    {2, "<Directory /x>\n<RequireAll x>\nRequire all granted\n</RequireAll>\n</Directory>"},
    {2, "<Directory /x>\n<Limit TRACE>\nRequire all granted\n</Limit>\n</Directory>"},
    {2, "<Directory /x>\n<RequireNone>\nRequire user x\n</RequireNone>\n</Directory>"},
    {3,
     "<Directory /x>\n<RequireAny>\n<RequireNone>\nRequire user x\n</RequireNone>\n"
     "</RequireAny>\n</Directory>"},
    {0,
     "<Directory /x>\n<RequireAll>\nRequire all granted\n<RequireNone>\nRequire user x\n"
     "</RequireNone>\n</RequireAll>\n</Directory>"},
    // How many arguments
    {1, "ServerName"},
    {1, "ServerName a b"},
    {1, "ServerName \"\""},
    {1, "ErrorDocument 404"},
    {1, "ErrorDocument 404 x y"},
    {1, "KeepAlive 5"},
    {0, "KeepAlive On Off"},
    {1, "SetEnv A b c"},
    {1, "UnsetEnv"},
    {1, "AddHandler x"},
    {1, "RewriteMap x y z w"},
    // Words and numbers
    {1, "ServerTokens Sometimes"},
    {1, "TraceEnable maybe"},
    {1, "HostnameLookups x"},
    {1, "LimitRequestBody -5"},
    {1, "LimitRequestBody x"},
    {0, "LimitRequestLine x"},
    {1, "LimitRequestLine -5"},
    {1, "DeflateCompressionLevel 10"},
    {1, "SSLVerifyDepth -1"},
    {0, "SSLVerifyDepth x"},
    {1, "H2MaxSessionStreams 0"},
    {1, "KeepAliveTimeout abc"},
    {0, "KeepAliveTimeout 5s"},
    {1, "MaxRanges x"},
    {1, "ErrorDocument 999 x"},
    {1, "LogLevel trace9"},
    {1, "LogLevel info foo:debug"},
    {0, "LogLevel info ssl:debug"},
    {1, "FileETag +None"},
    {1, "HttpProtocolOptions Unsafe Strict"},
    {1, "Listen x"},
    {1, "Listen 70000"},
    {1, "RequestReadTimeout header=10-5"},
    {0, "RequestReadTimeout header=10 body=20,MinRate=500"},
    {1, "RequestReadTimeout header=5,MinRate=0"},
    // Access
    {2, "<Directory /x>\nOrder x\n</Directory>"},
    {2, "<Directory /x>\nAllow from 10.0.0.0/99\n</Directory>"},
    {2, "<Directory /x>\nSatisfy x\n</Directory>"},
    {2, "<Directory /x>\nRequire foo\n</Directory>"},
    {2, "<Directory /x>\nRequire all maybe\n</Directory>"},
    {2, "<Directory /x>\nRequire ip 300.1.1.1\n</Directory>"},
    {2, "<Directory /x>\nRequire ip 10.0.0.0/33\n</Directory>"},
    {0, "<Directory /x>\nRequire ip 10\n</Directory>"},
    {2, "<Directory /x>\nRequire method FOO\n</Directory>"},
    {2, "<Directory /x>\nRequire not all granted\n</Directory>"},
    {0, "<Directory /x>\nRequire host\n</Directory>"},
    {2, "<Directory /x>\nAuthBasicProvider foo\n</Directory>"},
    // Rewriting and mapping
    {1, "RewriteRule a"},
    {1, "RewriteRule a b [X]"},
    {1, "RewriteRule a b X"},
    {1, "RewriteRule a b [NC, L]"},
    {1, "RewriteRule ( b"},
    {1, "RewriteRule a b [R=999]"},
    {0, "RewriteRule a b [QSA,B,BNP,BNE=/,END,UnsafeAllow3F]"},
    {1, "RewriteCond a ( [NC]"},
    {0, "RewriteCond %{REQUEST_URI} -f"},
    {1, "RewriteOptions foo"},
    {1, "RewriteMap x int:foo"},
    {1, "RewriteBase /x"},
    {1, "Redirect /a b"},
    {1, "Redirect 404 /a /b"},
    {0, "Redirect gone /a"},
    {1, "Redirect foo /a http://x/"},
    {1, "RedirectMatch ( /x"},
    {0, "<Location /a>\nRedirect 301 http://x/\n</Location>"},
    {1, "Alias /a"},
    {2, "<Location /x>\nAlias /b /c\n</Location>"},
    {1, "ProxyPass /a"},
    {0, "ProxyPass /a !"},
    {1, "ProxyPass /a bogus"},
    {1, "ProxyPass /a http://x/ foo"},
    {2, "<Location /a>\nProxyPass /b http://x/\n</Location>"},
    {1, "ProxyPassMatch ( http://x/"},
    {1, "VirtualDocumentRoot /x/%q"},
    {1, "SetEnvIf a ( x"},
    {1, "SetEnvIf a b"},
    {1, "BrowserMatch x"},
    // Headers, logs, TLS
    {1, "Header set A"},
    {1, "Header foo A b"},
    {1, "Header unset A b"},
    {1, "Header set A \"%q\""},
    {0, "Header set A %t%D%%"},
    {1, "Header edit A ( b"},
    {1, "RequestHeader echo A"},
    {1, "CustomLog /tmp/x \"%z\""},
    {1, "CustomLog /tmp/x \"%q\" foo"},
    {0, "LogFormat \"%{Foo}i %200u %>s\""},
    {1, "ExpiresDefault x"},
    {0, "ExpiresDefault \"access plus 1 month\""},
    {1, "IndexOptions foo"},
    {1, "SSLProtocol foo"},
    {1, "SSLProtocol SSLv2"},
    {0, "SSLProtocol all -SSLv3"},
    {1, "SSLOptions foo"},
    {1, "SSLVerifyClient foo"},
    {1, "SSLSessionCache foo"},
    // Expressions
    {0, "<If \"%{HTTP_HOST} == 'x'\">\n</If>"},
    {1, "<If %{HTTP_HOST} == \"x\">\n</If>"},
    {1, "<If \"true\" x>\n</If>"},
    {1, "<If \"true foo\">\n</If>"},
    {1, "<If \"\">\n</If>"},
    {1, "<If \"%{FOO} == 'a'\">\n</If>"},
    {0, "<If \"%{request_uri} == 'a'\">\n</If>"},
    {1, "<If \"%{REQUEST_URI}\">\n</If>"},
    {1, "<If \"%{REMOTE_USER\">\n</If>"},
    {1, "<If \"%{req:} == 'x'\">\n</If>"},
    {0, "<If \"-z %{req:A %{HTTP_HOST} b}\">\n</If>"},
    {1, "<If \"'a' == foo('a')\">\n</If>"},
    {1, "<If \"'a' == tolower('a', 'b')\">\n</If>"},
    {1, "<If \"'a%' == '%{'\">\n</If>"},
    {0, "<If \"'a%}b' == '$x'\">\n</If>"},
    {1, "<If \"'a' == 'b' 'c'\">\n</If>"},
    {0, "<If \"'a' .'b' == 'c'\">\n</If>"},
    {0, "<If \"! 'a' == 'b' && ! true || (true)\">\n</If>"},
    {1, "<If \"('a') == 'a'\">\n</If>"},
    {1, "<If \"true == true\">\n</If>"},
    {0, "<If \"12 -eq 13 and 'a' -strmatch '*'\">\n</If>"},
    {1, "<If \"12 -foo 13\">\n</If>"},
    {1, "<If \"-q 13\">\n</If>"},
    {0, "<If \"-T req('a') . 5 . $1\">\n</If>"},
    {0, "<If \"'a' =~ m'x'i\">\n</If>"},
    {1, "<If \"'a' =~ m{x}\">\n</If>"},
    {1, "<If \"'a' =~ /x/s\">\n</If>"},
    {1, "<If \"'a' =~ /x\">\n</If>"},
    {1, "<If \"'a' =~ /x(/\">\n</If>"},
    {1, "<If \"'a' in {}\">\n</If>"},
    {0, "<If \"'a' in {'a', 'b'}\">\n</If>"},
    {1, "<If \"-R '10.0.0.0/99'\">\n</If>"},
    {1, "<If \"-R '10.0' . '.0.0/8'\">\n</If>"},
    {0, "<If \"%{REMOTE_ADDR} -ipmatch '10.0.0.0/8'\">\n</If>"},
    {1, "<If \"%{REMOTE_ADDR} -ipmatch 'x'\">\n</If>"},
    {1, "<If \"'\\777' == 'a'\">\n</If>"},
    {1, "<If \"'\\9' == 'a'\">\n</If>"},
    {0, "<If \"'\\x41' == 'a'\">\n</If>"},
    {0, "<If \"%{SSL_FOO} == 'a'\">\n</If>"},
    {0, "<If \"'x' in PeerExtList('1.2')\">\n</If>"},
    {3, "<If true>\n</If>\n<ElseIf foo>\n</ElseIf>"},
    {2, "<Location /x>\nRequire expr\n</Location>"},
    {0, "<Location /x>\nRequire expr \"true\"\n</Location>"},
    {2, "<Location /x>\nRequire expr true x\n</Location>"},
    {2, "<Location /x>\nRequire user %{FOO}\n</Location>"},
    {2, "<Location /x>\nRequire host %{FOO}\n</Location>"},
    {1, "SetEnvIfExpr foo A"},
    {1, "Header set A \"expr=%{FOO}\""},
    {0, "Header set A \"expr=%{HTTP_HOST}\""},
    {1, "Header set A b \"expr=%{HTTP_HOST}\""},
    {0, "Header set A b \"expr=true\""},
    {1, "Header set A b expr="},
    {1, "Header edit A b \"expr=%{FOO}\""},
    {1, "RequestHeader unset A \"expr=foo\""},
    {1, "CustomLog /dev/null x expr=foo"},
    {1, "RewriteCond expr foo"},
    {0, "RewriteCond expr true [NC]"},
    {1, "SetHandler %{FOO}"},
    {1, "SetHandler expr=%{FOO}"},
    {2, "<Location /x>\nAuthName %{FOO}\n</Location>"},
    {1, "ErrorDocument 404 /a%{FOO}"},
    {0, "ErrorDocument 404 /a%{HTTP_HOST}"},
    {2, "<Location /x>\nRedirect 301 /%{FOO}\n</Location>"},
    {0, "Redirect /x http://y/%{FOO}"},
};

rules::Example example_of(const Case& c) {
  return *rules::parse_example(std::string(c.text) + "\n");
}

TEST(Verdict, IsOursAtTheLine) {
  for (const Case& c : kCases) {
    const auto snapshot = rules::example_snapshot(example_of(c));
    const conf::Problem* problem = snapshot.config.verdict();
    EXPECT_EQ(problem == nullptr ? 0 : static_cast<int>(problem->counted), c.line)
        << c.text << "\n"
        << (problem == nullptr ? "accepted" : problem->message);
  }
}

// "Syntax error on line 2 of ...": 0 where httpd is content.
int line_of(const Judgement& judgement) {
  if (judgement.accepted) return 0;
  std::smatch found;
  const std::regex line("on line ([0-9]+) of");
  return std::regex_search(judgement.output, found, line) ? std::stoi(found[1]) : -1;
}

class JudgeVerdict : public testing::TestWithParam<size_t> {};
constexpr size_t kVerdictShards = 4;

TEST_P(JudgeVerdict, IsHttpds) {
  const HttpdJudge judge;
  if (!judge.impossible().empty()) GTEST_SKIP() << judge.impossible();
  for (size_t i = GetParam(); i < std::size(kCases); i += kVerdictShards) {
    const Judgement judgement = judge.judge(example_of(kCases[i]));
    EXPECT_EQ(line_of(judgement), kCases[i].line) << kCases[i].text << "\n" << judgement.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Shard, JudgeVerdict, testing::Range(size_t{0}, kVerdictShards));

}  // namespace
}  // namespace stockade::judge
