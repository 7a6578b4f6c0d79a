#include "rules/support/redirects.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

std::string kind(std::string_view text) {
  const std::string whole =
      "Listen 80\n<VirtualHost *:80>\n" + std::string(text) + "</VirtualHost>\n";
  const Snapshot snapshot = example_snapshot(*parse_example(whole));
  const Redirection result = redirection_of(snapshot, snapshot.servers.all.back());
  switch (result.kind) {
    case Redirection::Kind::none:
      return "none";
    case Redirection::Kind::everything:
      return result.to_https ? "everything" : "elsewhere";
    case Redirection::Kind::uncertain:
      return "uncertain";
  }
  return "";
}

TEST(Redirects, Everything) {
  EXPECT_EQ(kind("Redirect permanent / https://a.example/\n"), "everything");
  EXPECT_EQ(kind("Redirect / http://a.example/\n"), "elsewhere");
  EXPECT_EQ(kind("RedirectMatch 301 ^/(.*)$ https://a.example/$1\n"), "everything");
  EXPECT_EQ(kind("RewriteEngine On\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n"),
            "everything");
  EXPECT_EQ(kind("RewriteEngine On\nRewriteCond %{SERVER_NAME} =a.example\n"
                 "RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]\n"),
            "everything");
  EXPECT_EQ(kind("<Location />\nRedirect permanent https://a.example/\n</Location>\n"),
            "everything");
}

TEST(Redirects, NoneOrAPart) {
  EXPECT_EQ(kind("DocumentRoot /srv\n"), "none");
  EXPECT_EQ(kind("Redirect /old https://a.example/\n"), "uncertain");
  EXPECT_EQ(kind("Redirect /old /new\n"), "none");
  EXPECT_EQ(kind("RewriteRule ^ https://a.example/ [R]\n"), "none") << "rewriting is off";
  EXPECT_EQ(kind("RewriteEngine On\nRewriteCond %{HTTP:X-A} =1\n"
                 "RewriteRule ^ https://a.example/ [R]\n"),
            "uncertain");
  EXPECT_EQ(kind("<Directory /srv>\nRedirect / https://a.example/\n</Directory>\n"), "uncertain");
}

TEST(OnlyFromThisMachine, ByListenOrByAddress) {
  const auto only = [](std::string_view text) {
    const Snapshot snapshot = example_snapshot(*parse_example(text));
    return only_from_this_machine(snapshot, snapshot.servers.all.back());
  };
  EXPECT_TRUE(only("Listen 127.0.0.1:8080\n"));
  EXPECT_FALSE(only("Listen 8080\n"));
  EXPECT_FALSE(only("ServerName a.example\n")) << "no Listen: nothing is known";
  EXPECT_TRUE(only("Listen 80\n<VirtualHost 127.0.0.1:80>\n</VirtualHost>\n"));
  EXPECT_FALSE(only("Listen 80\nListen 127.0.0.1:8080\n<VirtualHost *>\n</VirtualHost>\n"));
}

}  // namespace
}  // namespace stockade::rules
