// What a site is meant to connect to, reached out of a network that is empty.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/descriptor.h"
#include "output_of.h"
#include "site.h"

namespace stockade::test {
namespace {

// A server of one kind of answer at a port of its own; ends with the test.
class Server {
 public:
  explicit Server(std::function<void(int)> serve)
      : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    listen(listener_.get(), 16);
    socklen_t size = sizeof address;
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, serve = std::move(serve)] {
      for (;;) {
        const Descriptor client(accept(listener_.get(), nullptr, nullptr));
        if (!client) return;
        const timeval limit{20, 0};
        setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        serve(client.get());
      }
    });
  }
  ~Server() {
    shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  std::string port() const { return std::to_string(port_); }

 private:
  Descriptor listener_;
  uint16_t port_ = 0;
  std::thread thread_;
};

void say(int client, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const ssize_t sent = send(client, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;
    at += static_cast<size_t>(sent);
  }
}

std::string heard(int client, const std::string& end) {
  std::string text;
  char part[4096];
  for (ssize_t got = 0; !text.ends_with(end) && (got = read(client, part, sizeof part)) > 0;)
    text.append(part, static_cast<size_t>(got));
  return text;
}

// Processes that are nobody and have the text in their command line.
int end_relays_of(const std::string& text) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const int process = std::atoi(entry.path().filename().c_str());
    const std::string words =
        process <= 0 ? ""
                     : output_of("tr '\\0' ' ' 2>/dev/null <" + entry.path().string() + "/cmdline");
    if (words.find(text) == std::string::npos) continue;
    // Its directory there is root's, as of everybody who changed the account.
    const std::string whom = output_of("grep -s ^Uid: " + entry.path().string() + "/status");
    if (whom.find("65534") == std::string::npos) continue;
    if (kill(process, SIGKILL) == 0) ++count;
  }
  return count;
}

constexpr size_t kLarge = 8 << 20;

TEST(JailDoors, CarryMailAndBackendsOutOfAnEmptyNetwork) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  std::string mail;
  const Server mailer([&](int client) {
    say(client, "220 mail.test\r\n");
    for (int i = 0; i < 4; ++i) {
      mail += heard(client, "\r\n");
      say(client, i == 3 ? "354 go on\r\n" : "250 ok\r\n");
    }
    mail += heard(client, "\r\n.\r\n");
    say(client, "250 taken\r\n");
  });
  const Server backend([](int client) {
    heard(client, "\r\n\r\n");
    say(client, "HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(kLarge) + "\r\n\r\n" +
                    std::string(kLarge, 'x'));
  });
  const JailSite site;
  site.configure(
      "LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so\n"
      "ProxyPass /address http://127.0.0.1:" +
      backend.port() + "/\nProxyPass /name http://localhost:" + backend.port() +
      "/\nProxyPass /other http://127.0.0.2:" + mailer.port() + "/");
  // A mailer of PHP's speaks SMTP as this one does.
  site.tree().write("/site/htdocs/mail.php",
                    "<?php $s = fsockopen('localhost', " + mailer.port() +
                        "); fgets($s); foreach (['EHLO a', 'MAIL FROM:<a@b.test>', 'RCPT "
                        "TO:<c@d.test>', 'DATA'] as $l) { fwrite($s, \"$l\\r\\n\"); fgets($s); }\n"
                        "fwrite($s, \"Subject: x\\r\\n\\r\\nfrom the jail\\r\\n.\\r\\n\"); echo "
                        "fgets($s);\n");
  const auto up = site.up({"--connect-to", mailer.port()});
  ASSERT_EQ(up.status, 0) << up.errors << site.error_log();

  EXPECT_NE(ask(site.port(), "/mail.php").body.find("250 taken"), std::string::npos);
  EXPECT_NE(mail.find("from the jail"), std::string::npos) << mail;
  // Chunked or not: no byte is lost on the way.
  for (const char* path : {"/address", "/name"}) {
    const Answer answer = ask(site.port(), path);
    EXPECT_EQ(answer.status, 200) << path << site.error_log();
    EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), 'x'), kLarge) << path;
  }
  // Nobody listens at that address outside: the site sees it at once, as a refusal or as a reset.
  const int refused = ask(site.port(), "/other").status;
  EXPECT_TRUE(refused == 502 || refused == 503) << refused;

  const auto report =
      nlohmann::json::parse(site.jail("verify", {"--format", "json"}).output, nullptr, false);
  ASSERT_FALSE(report.is_discarded());
  EXPECT_EQ(report["unexpected"], 0);
  for (const auto& attempt : report["attempts"]) {
    if (attempt["id"] == "send-datagrams" || attempt["id"] == "connect-to-server") {
      EXPECT_TRUE(attempt["refused"]) << attempt["role"];
    }
  }
  // A relay that ends is started again.
  EXPECT_EQ(end_relays_of(site.tree().path()), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  EXPECT_EQ(ask(site.port(), "/name").status, 200);
  // A swap makes doors of its own.
  EXPECT_EQ(site.jail("swap").status, 0);
  EXPECT_EQ(ask(site.port(), "/address").status, 200);
}

TEST(JailDoors, HaveAddressesOfTheirOwnForNamesAndStrangers) {
  if (const std::string why = why_no_jail(); !why.empty()) GTEST_SKIP() << why;
  const JailSite site;
  site.tree().write(
      "/site/htdocs/hosts.php",
      "<?php echo gethostbyname('db.invalid'), \"\\n\"; foreach "
      "(['tcp://db.invalid:3306', 'tcp://192.0.2.7:80', 'tcp://[2001:db8::7]:80'] as "
      "$a) { $s = @stream_socket_client($a, $c, $t, 15); echo $s || $c == 104 ? 'met' : $t, "
      "\"\\n\"; }\n"
      "@stream_socket_client('tcp://192.0.2.8:80', $c, $t, 15); echo $t;\n");
  const auto up = site.up({"--connect-to", "db.invalid:3306", "--connect-to", "192.0.2.7:80",
                           "--connect-to", "[2001:db8::7]:80", "--unverified"});
  ASSERT_EQ(up.status, 0) << up.errors << site.error_log();
  // The doors are there; that nobody is behind them shows as a reset (104), sooner or later.
  const std::string met = ask(site.port(), "/hosts.php").body;
  EXPECT_NE(met.find("127.77.0.1\nmet\nmet\nmet\nNetwork is unreachable"), std::string::npos)
      << met;
  EXPECT_NE(site.jail("plan", {"--connect-to", "*:25"}).output.find("an empty network"),
            std::string::npos);
}

}  // namespace
}  // namespace stockade::test
