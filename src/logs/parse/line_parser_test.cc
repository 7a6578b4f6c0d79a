#include "logs/parse/line_parser.h"

#include <gtest/gtest.h>

namespace stockade::logs {
namespace {

Record parsed(LineParser& parser, std::string_view line) {
  Record record;
  parser.parse(line, record);
  return record;
}

class Lines : public ::testing::Test {
 protected:
  Record of(std::string_view line) {
    text_ = line;
    return parsed(parser_, text_);
  }

 private:
  std::string text_;
  LineParser parser_{1767355200 * kSecond};
};

TEST_F(Lines, CombinedLogFormat) {
  const Record r = of(
      R"(192.0.2.1 - tony [10/Oct/2000:13:55:36 -0700] "GET /a%20b?c=d HTTP/1.1" 200 2326 "http://e/" "Mozilla/5.0 \"x\"")");
  ASSERT_EQ(r.kind, LineKind::access);
  EXPECT_EQ(r.source, Ip::parse("192.0.2.1"));
  EXPECT_EQ(r.access.user, "tony");
  EXPECT_EQ(r.access.method, "GET");
  EXPECT_EQ(r.access.target, "/a%20b?c=d");
  EXPECT_EQ(r.access.status, 200);
  EXPECT_EQ(r.access.bytes, 2326U);
  EXPECT_EQ(r.access.referer, "http://e/");
  EXPECT_EQ(r.access.agent, R"(Mozilla/5.0 \"x\")");
}

// A client chooses its user name, its agent and its request: none of it moves what stands beside.
TEST_F(Lines, NothingAClientWritesMovesAnything) {
  const Record user = of(
      R"(192.0.2.1 - x [10/Oct/2000:13:55:36 -0700] \"GET /b HTTP/1.1\" 200 [11/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 401 1 "-" "-")");
  EXPECT_EQ(user.access.status, 401);
  EXPECT_EQ(user.access.target, "/");
  const Record agent = of(
      R"(192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 404 1 "-" "a\" 200 5 \"b" )");
  EXPECT_EQ(agent.access.status, 404);
  const Record request = of(
      R"(192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /\" 200 5 \"- HTTP/1.1" 400 1 "-" "-")");
  EXPECT_EQ(request.access.status, 400);
  const Record host = of(
      R"(198.51.100.1 192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 1 "-" "-")");
  EXPECT_EQ(host.source, Ip::parse("192.0.2.1")) << "the first is a Host header";
}

TEST_F(Lines, BytesOfAnotherProtocol) {
  const Record r =
      of(R"(192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "\x16\x03\x01" 400 226 "-" "-")");
  ASSERT_EQ(r.kind, LineKind::access);
  EXPECT_EQ(r.access.method, "");
  EXPECT_EQ(r.access.request, R"(\x16\x03\x01)");
}

TEST_F(Lines, AVirtualHostInFront) {
  const Record r = of(
      R"(www.example.org:443 2001:db8::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 1)");
  EXPECT_EQ(r.access.server, "www.example.org");
  EXPECT_EQ(r.source, Ip::parse("2001:db8::1"));
}

TEST_F(Lines, ErrorLogOf24And22) {
  const Record r =
      of("[Mon Nov 06 13:39:56.637868 2023] [auth_basic:error] [pid 3175001:tid 140494544914112] "
         "[client 192.0.2.111:35924] AH01618: user whatever not found: /admin, referer: http://e/");
  ASSERT_EQ(r.kind, LineKind::error);
  EXPECT_EQ(r.error.module, "auth_basic");
  EXPECT_EQ(r.error.code, "AH01618");
  EXPECT_EQ(r.error.message, "user whatever not found: /admin");
  EXPECT_EQ(r.error.referer, "http://e/");
  EXPECT_EQ(r.error.port, 35924);
  const Record old =
      of("[Sat Jun 01 02:17:42 2013] [error] [client 192.168.33.1] File does not exist: /[client "
         "192.168.0.1] x");
  EXPECT_EQ(old.source, Ip::parse("192.168.33.1"));
  const Record ssl =
      of("[Wed Apr 16 16:09:40.056610 2025] [ssl:info] [pid 120974:tid 120974] (70014)End of file "
         "found: [client "
         "192.168.1.1:17036] AH02006: SSL handshake stopped: connection was closed");
  EXPECT_EQ(ssl.source, Ip::parse("192.168.1.1"));
}

TEST_F(Lines, ModStockadesOwnRecords) {
  const Record r =
      of("[Mon Nov 06 13:39:56.637868 2023] [stockade:warn] [pid 3175001] [client "
         "192.0.2.111:35924] stockade: "
         "event=limited network=192.0.2.111/32 class=login retry_after=30 uri=\"/ event=x "
         "network=198.51.100.1/32\"");
  ASSERT_EQ(r.kind, LineKind::limiter);
  EXPECT_EQ(r.limiter.client, "192.0.2.111/32");
  EXPECT_EQ(r.limiter.limit, "login");
  EXPECT_TRUE(r.limiter.denies);
}

TEST_F(Lines, RepeatedMessages) {
  const Record r =
      of("Nov  6 13:39:56 host sshd[17]: message repeated 5 times: [ Failed password for root from "
         "192.0.2.7 port 22 ssh2]");
  ASSERT_EQ(r.kind, LineKind::auth);
  EXPECT_EQ(r.auth.repeats, 5U);
  EXPECT_EQ(r.auth.client, "192.0.2.7");
}

// A name that holds what sshd writes itself names somebody else: counted, nobody is accused.
TEST_F(Lines, ALineThatCanBeReadTwoWaysIsDoubtful) {
  const Record r =
      of("Nov  6 13:39:56 host sshd[17]: Failed password for invalid user a from 198.51.100.1 port "
         "22 ssh2: x from "
         "192.0.2.7 port 4000 ssh2");
  EXPECT_TRUE(r.auth.doubtful);
  EXPECT_FALSE(
      of("Nov  6 13:39:56 host sshd[17]: Failed password for root from 192.0.2.7 port 4 ssh2")
          .auth.doubtful);
}

TEST_F(Lines, OtherServices) {
  EXPECT_EQ(of("Nov  6 13:39:56 h vsftpd[2]: [tony] FAIL LOGIN: Client \"192.0.2.9\"").auth.client,
            "192.0.2.9");
  EXPECT_EQ(
      of("Nov  6 13:39:56 h dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
         "user=<a, rip=198.51.100.1>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1")
          .auth.client,
      "192.0.2.9");
  EXPECT_EQ(of("Nov  6 13:39:56 h postfix/smtpd[3]: warning: unknown[192.0.2.9]: SASL LOGIN "
               "authentication failed: "
               "UGFzc3dvcmQ6")
                .auth.client,
            "192.0.2.9");
  EXPECT_EQ(of("Nov  6 13:39:56 h sudo:     tony : 3 incorrect password attempts ; TTY=pts/0 ; "
               "PWD=/ ; USER=root ; "
               "COMMAND=/bin/sh")
                .auth.login,
            Login::elevation_failed);
  EXPECT_EQ(of("Nov  6 13:39:56 h su[7]: FAILED SU (to root) tony on pts/1").auth.login,
            Login::elevation_failed);
}

TEST_F(Lines, JsonOfProxies) {
  const Record r = of(
      R"({"ClientHost":"192.0.2.9","RequestMethod":"GET","RequestPath":"/a\"b","DownstreamStatus":404,"request_User-Agent":"N","StartUTC":"2021-12-08T14:02:43Z"})");
  ASSERT_EQ(r.kind, LineKind::access);
  EXPECT_EQ(r.access.target, "/a\"b");
  EXPECT_EQ(r.access.status, 404);
}

TEST_F(Lines, RubbishIsNotUnderstood) {
  for (const char* line :
       {"hello world", "\xff\xfe\x00", "[", "{\"a\":1}", "Nov  6 13:39:56", "<", "[[[[[[[[["}) {
    EXPECT_EQ(of(line).kind, LineKind::not_understood) << line;
  }
}

TEST(LogFormatTest, ReadsWhatItWasToldToWrite) {
  const auto format = LogFormat::compile(
      R"(%{X-Forwarded-For}i|%a|%{remote}p|%t|%u|"%m %U%q %H"|%>s|%D|%{Foo}o|%V)");
  ASSERT_TRUE(format) << format.error().message();
  RequestClock clock;
  Record r;
  ASSERT_TRUE(format->parse(
      R"(-|192.0.2.1|4000|[10/Oct/2000:13:55:36 -0700]|a b|"GET /x?y=1 HTTP/1.1"|404|1234|-|h)",
      clock, r));
  EXPECT_EQ(r.source, Ip::parse("192.0.2.1"));
  EXPECT_EQ(r.access.port, 4000);
  EXPECT_EQ(r.access.user, "a b");
  EXPECT_EQ(r.access.target, "/x?y=1");
  EXPECT_EQ(r.access.status, 404);
  EXPECT_EQ(r.access.duration, 1234);
  EXPECT_EQ(r.access.server, "h");
}

TEST(LogFormatTest, SaysWhatItCannotRead) {
  EXPECT_FALSE(LogFormat::compile("%h%u"));
  EXPECT_FALSE(LogFormat::compile("%{Foo"));
  EXPECT_FALSE(LogFormat::compile(""));
  EXPECT_FALSE(LogFormat::compile("%"));
}

}  // namespace
}  // namespace stockade::logs
