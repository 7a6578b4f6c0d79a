// The half of doors that is outside: accepts what comes to them and carries it to where it is meant
// to go. It looks at no byte of it.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <system_error>
#include <thread>

#include "jail/confine/rights.h"
#include "jail/run/doors.h"
#include "jail/run/keep_open.h"

namespace stockade::jail {
namespace {

constexpr int kMostConnections = 400;  // two files each, of 1,024 that a process may open
constexpr int kMillisecondsToConnect = 10'000;
constexpr uid_t kNobody = 65534;

std::atomic<int> connections = 0;

// One direction of a connection.
struct Way {
  int from = -1;
  int to = -1;
  std::array<char, 16 << 10> bytes{};
  size_t begin = 0;
  size_t end = 0;
  bool is_read = false;   // the sender said that it is through
  bool is_ended = false;  // and the receiver was told

  bool is_empty() const { return begin == end; }

  // False: the connection broke.
  bool take() {
    const ssize_t got = read(from, bytes.data(), bytes.size());
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    begin = 0;
    end = static_cast<size_t>(got);
    is_read = got == 0;
    return true;
  }
  bool give() {
    const ssize_t sent = send(to, bytes.data() + begin, end - begin, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    begin += static_cast<size_t>(sent);
    return true;
  }
  bool move_on(const pollfd& source, const pollfd& target) {
    if (is_empty() && !is_read && source.revents != 0 && !take()) return false;
    if (!is_empty() && (target.revents & POLLERR) != 0) return false;
    if (!is_empty() && !give()) return false;
    if (is_empty() && is_read && !is_ended) {
      shutdown(to, SHUT_WR);
      is_ended = true;
    }
    return true;
  }
};

void carry(int inside, int outside) {
  Way out{.from = inside, .to = outside};
  Way in{.from = outside, .to = inside};
  while (!out.is_ended || !in.is_ended) {
    const auto wants = [](const Way& reader, const Way& writer) {
      return static_cast<short>((reader.is_empty() && !reader.is_read ? POLLIN : 0) |
                                (writer.is_empty() ? 0 : POLLOUT));
    };
    std::array<pollfd, 2> ends{pollfd{inside, wants(out, in), 0},
                               pollfd{outside, wants(in, out), 0}};
    // Nobody waits for an end that has nothing more to say.
    for (pollfd& end : ends) {
      if (end.events == 0) end.fd = -1;
    }
    if (poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) return;
    if (!out.move_on(ends[0], ends[1]) || !in.move_on(ends[1], ends[0])) return;
  }
}

Descriptor connected(const addrinfo& address) {
  Descriptor fd(socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  pollfd one{fd.get(), POLLOUT, 0};
  int failed = errno;
  socklen_t size = sizeof failed;
  if (failed == EINPROGRESS && poll(&one, 1, kMillisecondsToConnect) == 1)
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failed, &size);
  if (failed != 0) fd.reset();
  return fd;
}

Descriptor connected(const Backend& backend) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(backend.port);
  if (getaddrinfo(backend.host.c_str(), port.c_str(), &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (Descriptor fd = connected(*one)) return fd;
  }
  return {};
}

void serve(Descriptor client, const Backend& backend) {
  const Descriptor server = connected(backend);
  if (server) {
    carry(client.get(), server.get());
  } else {
    // The site shall see a refusal, not an end.
    const linger at_once{1, 0};
    setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  client.reset();
  --connections;
}

[[noreturn]] void relay(const Plan& plan, const std::vector<Door>& doors, int lifeline) {
  std::vector<int> kept{lifeline};
  for (const Door& door : doors) kept.push_back(door.listener.get());
  close_all_but(kept);
  dup2(0, 1);
  dup2(0, 2);
  signal(SIGPIPE, SIG_IGN);
  if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
      setresuid(kNobody, kNobody, kNobody) != 0 || !refuse_new_privileges())
    _exit(1);
  for (;;) {
    std::vector<pollfd> all{{lifeline, POLLIN, 0}};
    for (const Door& door : doors) all.push_back({door.listener.get(), POLLIN, 0});
    if (poll(all.data(), all.size(), -1) < 0 && errno != EINTR) _exit(1);
    if (all[0].revents != 0) _exit(0);
    for (size_t i = 0; i < doors.size(); ++i) {
      if ((all[i + 1].revents & POLLIN) == 0) continue;
      Descriptor client(accept4(all[i + 1].fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!client || connections >= kMostConnections) continue;
      ++connections;
      try {
        std::thread(serve, std::move(client), std::cref(plan.backends[doors[i].backend])).detach();
      } catch (const std::system_error&) {
        --connections;  // this one is refused; the others go on
      }
    }
  }
}

}  // namespace

Result<Descriptor> start_relay(const Plan& plan, const std::vector<Door>& doors) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("start", "the relay", errno);
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const pid_t child = fork();
  if (child < 0) return fail_errno("start", "the relay", errno);
  if (child == 0) {
    // Nobody has to wait for it.
    if (fork() != 0) _exit(0);
    relay(plan, doors, read_end.get());
  }
  waitpid(child, nullptr, 0);
  return write_end;
}

}  // namespace stockade::jail
