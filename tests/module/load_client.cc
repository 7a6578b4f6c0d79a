#include "load_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace stockade::module_test {

namespace {

double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

struct Connection {
  int fd = -1;
  bool waits = false;  // for an answer
  std::string read;
};

// The length of the whole answer at the front of `text`; 0: not all here yet.
size_t answer_length(const std::string& text) {
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  const char* length = strcasestr(text.c_str(), "\r\nContent-Length:");
  const size_t body =
      length == nullptr || length > text.c_str() + end ? 0 : std::strtoul(length + 17, nullptr, 10);
  return text.size() >= end + 4 + body ? end + 4 + body : 0;
}

class Offer {
 public:
  explicit Offer(const Load& load) : load_(load), poll_(epoll_create1(EPOLL_CLOEXEC)) {
    request_ = "GET " + load.path + " HTTP/1.1\r\nHost: localhost\r\n" + load.headers + "\r\n";
    connections_.resize(static_cast<size_t>(load.connections));
  }
  ~Offer() {
    for (Connection& connection : connections_) drop(connection);
    close(poll_);
  }

  Tally run() {
    begin_ = now();
    for (double time = begin_; time < begin_ + load_.seconds && tally_.offered < load_.most;
         time = now()) {
      if (load_.stop != nullptr && *load_.stop) break;
      send_what_is_due(time);
      receive(1);
    }
    for (const double end = now() + 2; waiting_ > 0 && now() < end;) receive(10);
    tally_.elapsed = last_ - begin_;
    tally_.answering = begin_ + load_.seconds - first_;
    return tally_;
  }

 private:
  void send_what_is_due(double time) {
    for (size_t tried = 0; tried < connections_.size(); ++tried) {
      if (tally_.offered >= load_.most) return;
      if (load_.per_second > 0 &&
          static_cast<double>(tally_.offered) >= (time - begin_) * load_.per_second + 1) {
        return;
      }
      Connection& connection = connections_[turn_++ % connections_.size()];
      if (!connection.waits) send_on(connection);
    }
  }

  void send_on(Connection& connection) {
    if (connection.fd < 0) {
      connection.fd = connect_to(load_.port);
      if (connection.fd < 0) {
        // Nobody is there any more.
        if (++tally_.broken > 1000 && tally_.offered < tally_.broken) load_.seconds = 0;
        return;
      }
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = static_cast<uint64_t>(&connection - connections_.data());
      epoll_ctl(poll_, EPOLL_CTL_ADD, connection.fd, &event);
    }
    if (load_.addresses > 0) tell_an_address();
    ++tally_.offered;
    if (send(connection.fd, request_.data(), request_.size(), MSG_NOSIGNAL) < 0) {
      ++tally_.broken;
      drop(connection);
      return;
    }
    connection.waits = true;
    ++waiting_;
  }

  // One after the other, so that as many as possible differ; 16.0.0.0 and on.
  void tell_an_address() {
    const uint64_t number = 0x10000000 + tally_.offered % load_.addresses;
    request_ = "GET " + load_.path + " HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ";
    for (int shift = 24; shift >= 0; shift -= 8) {
      request_ += std::to_string(number >> shift & 0xFF) + (shift > 0 ? "." : "\r\n");
    }
    request_ += load_.headers + "\r\n";
  }

  void receive(int milliseconds) {
    epoll_event events[64];
    const int count = epoll_wait(poll_, events, 64, milliseconds);
    for (int i = 0; i < count; ++i) read_from(connections_[events[i].data.u64]);
  }

  void read_from(Connection& connection) {
    char buffer[16384];
    const ssize_t got = recv(connection.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      if (connection.waits) ++tally_.broken;
      drop(connection);
      return;
    }
    connection.read.append(buffer, static_cast<size_t>(got));
    const size_t length = answer_length(connection.read);
    if (length == 0) return;
    ++tally_.by_status[std::atoi(connection.read.c_str() + 9)];
    last_ = now();
    if (first_ == 0) first_ = last_;
    const bool closes = strcasestr(connection.read.c_str(), "\r\nConnection: close") != nullptr;
    connection.read.erase(0, length);
    connection.waits = false;
    --waiting_;
    if (closes) drop(connection);
  }

  void drop(Connection& connection) {
    if (connection.fd >= 0) close(connection.fd);
    if (connection.waits) --waiting_;
    connection = {};
  }

  Load load_;
  int poll_;
  std::string request_;
  std::vector<Connection> connections_;
  Tally tally_;
  double begin_ = 0;
  double first_ = 0;
  double last_ = 0;
  size_t turn_ = 0;
  int waiting_ = 0;
};

}  // namespace

Tally offer(const Load& load) { return Offer(load).run(); }

Beside offer_beside_a_crowd(int port, double seconds, uint64_t addresses) {
  const auto load = [&](int connections, double per_second, const char* client) {
    Load one;
    one.port = port;
    one.connections = connections;
    one.per_second = per_second;
    one.seconds = seconds;
    if (client != nullptr) one.headers = std::string("X-Forwarded-For: ") + client + "\r\n";
    return one;
  };
  Beside beside;
  std::thread attacker([&] { beside.attacker = offer(load(8, 100, "198.51.100.7")); });
  std::thread user([&] { beside.user = offer(load(1, 2, "203.0.113.8")); });
  Load crowd = load(16, 0, nullptr);
  crowd.addresses = addresses;
  beside.crowd = offer(crowd);
  attacker.join();
  user.join();
  return beside;
}

Answer get(int port, const std::string& path, const std::string& headers,
           const std::string& method) {
  Answer answer;
  const int fd = connect_to(port);
  if (fd < 0) return answer;
  timeval patience{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const std::string request = method + " " + path +
                              " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
                              "\r\n";
  std::string text;
  if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    char buffer[16384];
    for (ssize_t got = 0; (got = recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      text.append(buffer, static_cast<size_t>(got));
    }
  }
  close(fd);
  if (text.size() < 12) return answer;
  answer.status = std::atoi(text.c_str() + 9);
  const size_t end = text.find("\r\n\r\n");
  answer.head = text.substr(0, end);
  answer.body = end == std::string::npos ? "" : text.substr(end + 4);
  return answer;
}

int get_slowly(int port, int milliseconds) {
  const int fd = connect_to(port);
  if (fd < 0) return 0;
  const std::string head =
      "GET /f.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\nx";
  send(fd, head.data(), head.size(), MSG_NOSIGNAL);
  usleep(static_cast<useconds_t>(milliseconds) * 1000);
  send(fd, "x", 1, MSG_NOSIGNAL);
  char answer[4096] = "";
  const ssize_t got = recv(fd, answer, sizeof answer - 1, MSG_WAITALL);
  close(fd);
  return got > 12 ? std::atoi(answer + 9) : 0;
}

std::vector<int> hold(int port, int count) {
  std::vector<int> held;
  for (int i = 0; i < count; ++i) {
    const int fd = connect_to(port);
    if (fd < 0) continue;
    if (send(fd, "GET / ", 6, MSG_NOSIGNAL) == 6) held.push_back(fd);
  }
  usleep(200'000);
  return held;
}

namespace {

std::string frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  const auto byte = [](size_t value, int shift) {
    return static_cast<char>(value >> shift & 0xFF);
  };
  const size_t size = payload.size();
  return std::string{
             byte(size, 16),           byte(size, 8),    byte(size, 0),    static_cast<char>(type),
             static_cast<char>(flags), byte(stream, 24), byte(stream, 16), byte(stream, 8),
             byte(stream, 0)} +
         payload;
}

constexpr uint8_t kHeaders = 1;
constexpr uint8_t kSettings = 4;
constexpr uint8_t kWindowUpdate = 8;
constexpr uint8_t kEndStream = 1;

// Reads frames until `wanted` streams have ended; how many did.
int count_ends(int fd, int wanted) {
  std::string read;
  int ended = 0;
  char buffer[65536];
  for (ssize_t got = 0; ended < wanted && (got = recv(fd, buffer, sizeof buffer, 0)) > 0;) {
    read.append(buffer, static_cast<size_t>(got));
    while (read.size() >= 9) {
      const auto at = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(read[i])); };
      const size_t length = at(0) << 16 | at(1) << 8 | at(2);
      if (read.size() < 9 + length) break;
      if (at(3) <= kHeaders && (at(4) & kEndStream) != 0) ++ended;
      read.erase(0, 9 + length);
    }
  }
  return ended;
}

}  // namespace

int get_streams(int port, int count) {
  const int fd = connect_to(port);
  if (fd < 0) return 0;
  timeval patience{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string hello = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, 0, "") +
                      frame(kWindowUpdate, 0, 0, std::string("\x01\0\0\0", 4));
  // HPACK: :method GET, :scheme http, :path and :authority as literals.
  const std::string request = std::string("\x82\x86\x04\x06/f.txt\x01\x09localhost");
  int ended = 0;
  uint32_t stream = 1;
  // As many at a time as httpd allows by default (H2MaxSessionStreams).
  for (int left = count; left > 0;) {
    const int some = left < 100 ? left : 100;
    std::string frames = hello;
    hello.clear();
    for (int i = 0; i < some; ++i, stream += 2) {
      frames += frame(kHeaders, kEndStream | 4, stream, request);
    }
    if (send(fd, frames.data(), frames.size(), MSG_NOSIGNAL) < 0) break;
    const int now_ended = count_ends(fd, some);
    ended += now_ended;
    if (now_ended < some) break;
    left -= some;
  }
  close(fd);
  return ended;
}

}  // namespace stockade::module_test
