// What each service says of a login, and what a client may write to be taken for another.
#include <gtest/gtest.h>

#include <span>

#include "logs/parse/line_parser.h"

namespace stockade::logs {
namespace {

struct ServiceLine {
  std::string_view line;
  std::string_view user, client;  // no client: no login that counts
};

class Services : public ::testing::Test {
 protected:
  void expect(std::span<const ServiceLine> lines) {
    for (const ServiceLine& expected : lines) {
      const std::string text(expected.line);
      Record record;
      parser_.parse(text, record);
      const bool counts = record.kind == LineKind::auth && record.auth.counts;
      EXPECT_EQ(counts, !expected.client.empty()) << text;
      if (!counts) continue;
      EXPECT_EQ(record.auth.client, expected.client) << text;
      EXPECT_EQ(record.auth.user, expected.user) << text;
    }
  }
  Record of(const std::string& text) {
    text_ = text;
    Record record;
    parser_.parse(text_, record);
    return record;
  }

  LineParser parser_{1796040000 * kSecond};
  std::string text_;
};

TEST_F(Services, Dovecot) {
  constexpr ServiceLine kLines[] = {
      {"Nov 30 12:00:00 m dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
       "user=<a, rip=198.51.100.1>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1",
       "a, rip=198.51.100.1", "192.0.2.9"},
      {"Nov 30 12:00:00 m dovecot: imap-login: Disconnected: Inactivity (auth failed, 2 attempts "
       "in 9 secs): user=<tony>, method=PLAIN, rip=2001:db8::7, lip=192.0.2.1",
       "tony", "2001:db8::7"},
      {"2026-11-30 12:00:00 auth-worker(default): Info: pam(tony,192.0.2.9): pam_authenticate() "
       "failed: Authentication failure (password mismatch?)",
       "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m dovecot: auth-worker(12): conn unix:auth-worker (uid=143): "
       "auth-worker<13>: sql(t@example.org,192.0.2.9,<Yx7+W8>): Password mismatch",
       "t@example.org", "192.0.2.9"},
      {"Nov 30 12:00:00 auth: Info: ldap(dog,192.0.2.9,): invalid credentials", "dog", "192.0.2.9"},
      {"@400000006748c9d41dcd6500 pop3-login: Info: Aborted login (auth failed, 1 attempts): "
       "user=<tony>, method=CRAM-MD5, rip=192.0.2.9, lip=192.0.2.1",
       "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m dovecot: imap-login: Disconnected (no auth attempts in 0 secs): user=<>, "
       "rip=192.0.2.9, lip=192.0.2.1",
       "", ""},
      {"Nov 30 12:00:00 m dovecot: imap-login: Login: user=<tony>, method=PLAIN, rip=192.0.2.9, "
       "lip=192.0.2.1, mpid=5, TLS",
       "", ""},
      {"Nov 30 12:00:00 m dovecot: auth-worker(12): sql(tony,192.0.2.9): query took 12 msecs", "",
       ""},
  };
  expect(kLines);
  // An instant of TAI, which is ahead of UTC.
  EXPECT_EQ(of(std::string(kLines[5].line)).time, 1732823471500000);
}

TEST_F(Services, Postfix) {
  constexpr ServiceLine kLines[] = {
      {"Nov 30 12:00:00 m postfix/smtpd[3]: warning: unknown[192.0.2.9]: SASL LOGIN authentication "
       "failed: UGFzc3dvcmQ6",
       "", "192.0.2.9"},
      {"Nov 30 12:00:00 m postfix/submission/smtpd[4]: warning: unknown[192.0.2.9]:55729: SASL "
       "PLAIN authentication failed: (reason unavailable), sasl_username=tony",
       "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m postfix/smtpd[5]: warning: unknown[192.0.2.9]: SASL LOGIN authentication "
       "failed: Connection lost to authentication server",
       "", ""},
      {"Nov 30 12:00:00 m postfix/smtpd[6]: disconnect from unknown[192.0.2.9] ehlo=1 auth=0/3 "
       "quit=1 commands=2/5",
       "", "192.0.2.9"},
      // The same connection's, which was counted already.
      {"Nov 30 12:00:00 m postfix/smtpd[3]: disconnect from unknown[192.0.2.9] ehlo=1 auth=0/1 "
       "commands=1/2",
       "", ""},
      {"Nov 30 12:00:00 m postfix/smtpd[6]: disconnect from h.example.org[192.0.2.9] ehlo=1 auth=1 "
       "mail=1 rcpt=1 data=1 quit=1 commands=6",
       "", ""},
  };
  expect(kLines);
  EXPECT_EQ(of(std::string(kLines[3].line)).auth.repeats, 3U);
}

TEST_F(Services, OtherMailServers) {
  constexpr ServiceLine kLines[] = {
      {"2026-11-30 12:00:00 [77] plain authenticator failed for ([198.51.100.1]) [192.0.2.9]:4000 "
       "I=[192.0.2.1]:587: 535 Incorrect authentication data (set_id=tony)",
       "tony", "192.0.2.9"},
      {"2026-11-30 12:00:00 SMTP protocol error in \"AUTH LOGIN\" H=(x) [198.51.100.1]\" H=(y) "
       "[192.0.2.9] AUTH command used when not advertised",
       "", "192.0.2.9"},
      {"2026-11-30 12:00:00 1vPabc-000001-2B <= a@example.org H=h [192.0.2.9] P=esmtp S=12", "",
       ""},
      {"Nov 30 12:00:00 m sendmail[9]: 06I02CNi016764: AUTH failure (LOGIN): authentication "
       "failure "
       "(-13), user=x, relay=[198.51.100.1], relay=h.example.org [192.0.2.9] (may be forged)",
       "[198.51.100.1]", "192.0.2.9"},
      {"Nov 30 12:00:00 m sm-mta[9]: s1GNXHYB005133: h [192.0.2.9] (may be forged): possible SMTP "
       "attack: command=AUTH, count=5",
       "", "192.0.2.9"},
      {"Nov 30 12:00:00 m cyrus/imaps[9]: badlogin: h.example.org [192.0.2.9] PLAIN [SASL(-13): "
       "authentication failure: [198.51.100.1]]",
       "", "192.0.2.9"},
      {"Nov 30 12:00:00 m imapd-ssl: LOGIN FAILED, user=a, ip=[198.51.100.1], "
       "ip=[::ffff:192.0.2.9]",
       "a, ip=[198.51.100.1]", "192.0.2.9"},
      {"Nov 30 12:00:00 m imapd[9]: Login failed user=tony auth=tony host=h.example.org "
       "[192.0.2.9]",
       "tony", "192.0.2.9"},
  };
  // A name of sendmail's stands between marks that it may hold itself: its address does not move.
  for (const ServiceLine& line : kLines) {
    const Record record = of(std::string(line.line));
    EXPECT_EQ(record.kind == LineKind::auth ? record.auth.client : "", line.client) << line.line;
  }
}

TEST_F(Services, FtpServers) {
  constexpr ServiceLine kLines[] = {
      {"Mon Nov 30 12:00:00 2026 [pid 27] [tony] FAIL LOGIN: Client \"::ffff:192.0.2.9\", \"User "
       "is "
       "not in the allow user list.\"",
       "tony", "192.0.2.9"},
      {"Mon Nov 30 12:00:00 2026 [pid 27] CONNECT: Client \"192.0.2.9\"", "", ""},
      {"Nov 30 12:00:00 m vsftpd[2]: [tony] FAIL LOGIN: Client \"192.0.2.9\"", "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m proftpd[12] m.example.org (h[::ffff:192.0.2.9]): USER tony (Login "
       "failed): Incorrect password.",
       "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m proftpd[12]: m (h[192.0.2.9]) - USER m (x[198.51.100.1]): no such user "
       "found from h [192.0.2.9] to 192.0.2.1:21",
       "m (x[198.51.100.1])", "192.0.2.9"},
      {"2026-11-30 12:00:00,121 m proftpd[12] localhost (h[192.0.2.9]): SECURITY VIOLATION: Root "
       "login attempted",
       "", "192.0.2.9"},
      {"Nov 30 12:00:00 m proftpd[12]: m (h[192.0.2.9]) - USER tony: Login successful.", "", ""},
      {"Nov 30 12:00:00 m pure-ftpd: (?@192.0.2.9) [WARNING] Authentication failed for user [tony]",
       "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m wu-ftpd[2]: failed login from h.example.org [192.0.2.9]", "",
       "192.0.2.9"},
  };
  expect(kLines);
}

TEST_F(Services, WebApplications) {
  constexpr ServiceLine kLines[] = {
      {"Nov 30 12:00:00 m phpMyAdmin[2]: user denied: root (mysql-denied) from 192.0.2.9", "root",
       "192.0.2.9"},
      {"Nov 30 12:00:00 m phpMyAdmin[2]: user denied: a (x) from 198.51.100.1 (mysql-denied) from "
       "192.0.2.9",
       "a (x) from 198.51.100.1", "192.0.2.9"},
      {"Nov 30 12:00:00 m webmin[2]: Invalid login as root from 192.0.2.9 ", "root", "192.0.2.9"},
      {"[30-Nov-2026 12:00:00 +0000]: <3z506z6r> IMAP Error: Login failed for tony from 192.0.2.9. "
       "AUTHENTICATE PLAIN: Authentication failed. in /srv/x.php on line 198",
       "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m roundcube: <j2pncet8> IMAP Error: Login failed for tony from "
       "192.0.2.9(X-Real-IP: 198.51.100.1). AUTHENTICATE PLAIN: A02 NO",
       "tony", "192.0.2.9"},
      {"Nov 30 12:00:00 m site: https://example.org|1430068525|user|192.0.2.9|https://example.org/"
       "?q=user|https://example.org/?q=user|0||Login attempt failed for tony.",
       "tony", "192.0.2.9"},
      // The words are in what was asked for; what the site says follows.
      {"Nov 30 12:00:00 m site: https://example.org|1430068525|user|192.0.2.9|https://example.org/"
       "?|Login attempt failed for tony.|x|0||Session opened for tony.",
       "", ""},
  };
  expect(kLines);
  EXPECT_TRUE(of("Nov 30 12:00:00 m roundcube: Failed login for a from 198.51.100.1 from 192.0.2.9 "
                 "in session x (error: 0)")
                  .auth.doubtful);
}

TEST_F(Services, Dropbear) {
  const Record failed =
      of("Nov 30 12:00:00 m dropbear[2]: Bad password attempt for 'a from 198.51.100.1:1' from "
         "192.0.2.9:4000");
  EXPECT_EQ(failed.auth.client, "192.0.2.9");
  EXPECT_EQ(failed.auth.user, "a from 198.51.100.1:1");
  EXPECT_EQ(failed.auth.port, 4000);
  EXPECT_TRUE(failed.auth.counts);
  EXPECT_EQ(of("Nov 30 12:00:00 m dropbear[2]: Login attempt for nonexistent user from "
               "192.0.2.9:4000")
                .auth.login,
            Login::invalid_user);
  EXPECT_EQ(of("Nov 30 12:00:00 m dropbear[2]: Password auth succeeded for 'tony' from "
               "192.0.2.9:4000")
                .auth.login,
            Login::accepted);
}

TEST_F(Services, OlderFormsOfPamAndSu) {
  const Record more =
      of("Nov 30 12:00:00 m vsftpd[7]: pam_unix(vsftpd:auth): 2 more authentication failures; "
         "logname= uid=0 euid=0 tty=ftp ruser= rhost=192.0.2.9  user=root");
  EXPECT_EQ(more.auth.client, "192.0.2.9");
  EXPECT_EQ(more.auth.user, "root");
  EXPECT_EQ(more.auth.service, "vsftpd");
  EXPECT_EQ(more.auth.repeats, 2U);
  for (const char* refused :
       {"BAD SU tony to root on /dev/ttyp0", "failed: ttyq4 changing from tony to root",
        "- /dev/pts/0 tony:root", "FAILED SU (to root) tony on pts/1"}) {
    const Record record = of(std::string("Nov 30 12:00:00 m su[7]: ") + refused);
    EXPECT_EQ(record.auth.login, Login::elevation_failed) << refused;
    EXPECT_EQ(record.auth.user, "tony") << refused;
  }
  for (const char* good : {"tony to root on /dev/ttyp1", "+ /dev/pts/0 tony:root"}) {
    const Record record = of(std::string("Nov 30 12:00:00 m su: ") + good);
    EXPECT_EQ(record.auth.login, Login::elevated) << good;
    EXPECT_EQ(record.auth.user, "tony") << good;
  }
}

TEST_F(Services, NginxBeforeHttpd) {
  const Record wrong =
      of("2026/11/30 12:00:00 [error] 28#0: *66 user \"tony\": password mismatch, client: "
         "192.0.2.9, server: s, request: \"GET / HTTP/1.1\", host: \"s\"");
  ASSERT_EQ(wrong.kind, LineKind::error);
  EXPECT_EQ(wrong.source, Ip::parse("192.0.2.9"));
  EXPECT_EQ(wrong.error.message, "user \"tony\": password mismatch");
  EXPECT_EQ(wrong.time, from_local({2026, 11, 30, 12, 0, 0, 0}));
  // A name that holds a client of its own: nobody is accused.
  const Record forged =
      of("2026/11/30 12:00:00 [error] 28#0: *66 user \"a\": password mismatch, client: "
         "198.51.100.1, server: s\": was not found in \"/f\", client: 192.0.2.9, server: s");
  EXPECT_EQ(forged.source, std::nullopt);
}

// A day and a time before words of any program are no envelope where the message is not known.
TEST_F(Services, AnotherProgramsLogIsNotUnderstood) {
  for (const char* line : {"2026-11-30 12:00:00 worker: started", "2026-11-30 12:00:00 INFO x: y",
                           "@400000006748c9d41dcd6500 tcpserver: status: 0/40",
                           "Mon Nov 30 12:00:00 2026 something else altogether"}) {
    EXPECT_EQ(of(line).kind, LineKind::not_understood) << line;
  }
}

}  // namespace
}  // namespace stockade::logs
