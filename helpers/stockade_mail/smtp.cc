#include "smtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstring>

namespace stockade::mail {
namespace {

constexpr int kSeconds = 60;
constexpr size_t kLongestReply = 64 << 10;

class Server {
 public:
  ~Server() {
    if (fd_ >= 0) close(fd_);
  }

  bool meet(uint16_t port) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{kSeconds, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      problem_ = std::string("the mail server cannot be reached: ") + std::strerror(errno);
      return false;
    }
    return expect('2');
  }

  // Says it and hears whether the reply begins with that digit.
  bool say(const std::string& text, char wanted) {
    for (size_t at = 0; at < text.size();) {
      const ssize_t sent = send(fd_, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return lost();
      at += static_cast<size_t>(sent);
    }
    return expect(wanted);
  }

  const std::string& problem() const { return problem_; }

 private:
  // "250-first\r\n250 last\r\n"
  bool expect(char wanted) {
    std::string reply;
    for (;;) {
      char byte = 0;
      if (reply.size() > kLongestReply || read(fd_, &byte, 1) != 1) return lost();
      reply += byte;
      if (byte != '\n') continue;
      const size_t start = reply.rfind('\n', reply.size() - 2);
      const std::string line = reply.substr(start == std::string::npos ? 0 : start + 1);
      if (line.size() > 3 && line[3] == '-') continue;
      if (!line.empty() && line[0] == wanted) return true;
      problem_ = "the mail server says: " + line.substr(0, line.find('\r'));
      return false;
    }
  }
  bool lost() {
    problem_ = "the mail server left in the middle";
    return false;
  }

  int fd_ = -1;
  std::string problem_;
};

}  // namespace

std::string hand_over(uint16_t port, const Envelope& envelope, const std::string& data) {
  Server server;
  bool going = server.meet(port) && server.say("EHLO localhost\r\n", '2') &&
               server.say("MAIL FROM:<" + envelope.sender + ">\r\n", '2');
  for (const std::string& recipient : envelope.recipients)
    going = going && server.say("RCPT TO:<" + recipient + ">\r\n", '2');
  going = going && server.say("DATA\r\n", '3') && server.say(data, '2');
  if (going) (void)server.say("QUIT\r\n", '2');
  return going ? "" : server.problem();
}

}  // namespace stockade::mail
