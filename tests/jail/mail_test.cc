// PHP's mail() in a jail without a shell.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "base/descriptor.h"
#include "command.h"
#include "message.h"
#include "site.h"
#include "smtp.h"

namespace stockade::test {
namespace {

using mail::for_smtp;
using mail::read_command;
using mail::recipients_of;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(MailCommand, IsSendmailWithHarmlessOptions) {
  const auto usual = read_command("/usr/sbin/sendmail -t -i -f'me@here.test'");
  ASSERT_TRUE(usual);
  EXPECT_TRUE(usual->from_headers);
  EXPECT_FALSE(usual->dot_ends);
  EXPECT_EQ(usual->sender, "me@here.test");
  const auto named = read_command("sendmail -oi -f me@here.test you@there.test");
  ASSERT_TRUE(named);
  EXPECT_THAT(named->recipients, ElementsAre("you@there.test"));
}

TEST(MailCommand, OfAnythingElseIsRefused) {
  for (const char* command :
       {"", "id", "/usr/sbin/sendmail", "sendmail -t; id", "sendmail -t | id", "sendmail -t $(id)",
        "sendmail -t `id`", "sendmail -t\nid", "sendmail -t -X/var/www/shell.php",
        "sendmail -t -OQueueDirectory=/tmp", "sendmail -t -C/tmp/x", "sendmail -bs", "sendmail -be",
        "sendmail -t -f'a b'", "sendmail -t -f-X", "sendmail -t '-X/tmp/x'", "sendmail -t 'x",
        "sendmail -t > /tmp/x"}) {
    EXPECT_FALSE(read_command(command)) << command;
  }
}

TEST(MailMessage, NamesItsRecipients) {
  EXPECT_THAT(recipients_of("To: A <a@x.test>, \"B, b\" <b@x.test>,\r\n c@x.test (see)\r\nCC: "
                            "d@x.test\nBcc: e@x.test, a@x.test\nSubject: To: f@x.test\n\nTo: "
                            "g@x.test\n"),
              ElementsAre("a@x.test", "b@x.test", "c@x.test", "d@x.test", "e@x.test"));
  EXPECT_THAT(recipients_of("To: undisclosed-recipients:;\n\n"), IsEmpty());
  EXPECT_THAT(recipients_of("To: friends: a@x.test, b@x.test;\n\n"),
              ElementsAre("a@x.test", "b@x.test"));
}

TEST(MailMessage, IsMadeReadyForSmtp) {
  EXPECT_EQ(
      for_smtp("To: a@x.test\nBcc: b@x.test,\n c@x.test\nSubject: s\n\n.\n..x\nBcc: y", false),
      "To: a@x.test\r\nSubject: s\r\n\r\n..\r\n...x\r\nBcc: y\r\n.\r\n");
  EXPECT_EQ(for_smtp("\nx\n.\nRCPT TO:<y>\n", true), "\r\nx\r\n.\r\n");
  // Smuggling: what some servers take for an end and others do not.
  EXPECT_EQ(for_smtp("\nx\r.\r\ny\n", false), "\r\nx.\r\ny\r\n.\r\n");
  EXPECT_EQ(for_smtp("\n\r.\ny\n", false), "\r\n..\r\ny\r\n.\r\n");
}

// A mail server that takes one message.
class MailServer {
 public:
  explicit MailServer(uint16_t port) : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    listens_ = bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
               listen(listener_.get(), 4) == 0;
    if (listens_) thread_ = std::thread([this] { serve(); });
  }
  ~MailServer() {
    shutdown(listener_.get(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  bool listens() const { return listens_; }
  // Ends it.
  std::string heard() {
    shutdown(listener_.get(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    return heard_;
  }

 private:
  void serve() {
    const Descriptor client(accept(listener_.get(), nullptr, nullptr));
    if (!client) return;
    const timeval limit{10, 0};
    setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const auto say = [&](const char* text) {
      (void)send(client.get(), text, std::char_traits<char>::length(text), MSG_NOSIGNAL);
    };
    say("220-here.test\r\n220 go on\r\n");
    std::string line;
    bool in_data = false;
    for (char byte = 0; read(client.get(), &byte, 1) == 1;) {
      line += byte;
      if (byte != '\n') continue;
      heard_ += line;
      if (line == "DATA\r\n") {
        in_data = true;
        say("354 end with a dot\r\n");
      } else if (in_data && line != ".\r\n") {
      } else {
        in_data = false;
        say("250 ok\r\n");
      }
      line.clear();
    }
  }

  Descriptor listener_;
  bool listens_ = false;
  std::string heard_;
  std::thread thread_;
};

TEST(MailJail, SendsWhatPhpGivesToMail) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  MailServer server(25);
  if (!server.listens()) GTEST_SKIP() << "another mail server listens here";
  const JailSite site;
  site.tree().write("/site/htdocs/mail.php",
                    "<?php var_dump(mail('you@there.test', 'a subject', \"a text\\n.\\nmore\", "
                    "'From: me@here.test', '-fme@here.test')); var_dump(@shell_exec('id'));");
  const auto up = site.up({"--mail"});
  ASSERT_EQ(up.status, 0) << up.errors << site.error_log();
  const std::string said = ask(site.port(), "/mail.php").body;
  EXPECT_NE(said.find("bool(true)\nNULL"), std::string::npos) << said << site.error_log();
  const std::string heard = server.heard();
  EXPECT_NE(heard.find("MAIL FROM:<me@here.test>\r\nRCPT TO:<you@there.test>\r\nDATA\r\n"),
            std::string::npos)
      << heard;
  EXPECT_NE(heard.find("Subject: a subject\r\n"), std::string::npos) << heard;
  EXPECT_NE(heard.find("a text\r\n..\r\nmore\r\n.\r\n"), std::string::npos) << heard;
  // It is no way out.
  const auto verified = site.jail("verify", {"--format", "json"});
  EXPECT_EQ(verified.status, 0) << verified.output;
}

}  // namespace
}  // namespace stockade::test
