// Connections out, and kinds of sockets that a web server does not use. Nothing is sent.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "jail/verify/attempt.h"

namespace stockade::jail {
namespace {

Answer made(int family, int type, int protocol) {
  const int fd = socket(family, type | SOCK_CLOEXEC, protocol);
  return fd >= 0 ? kOpen : errno;
}
sockaddr_in address_of(const char* host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host, &address.sin_addr);
  return address;
}
Answer connected(int type, const char* host, uint16_t port) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return errno;
  const sockaddr_in address = address_of(host, port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return kOpen;
  return errno == EINPROGRESS ? kOpen : errno;
}

Answer connect_to_server(const AttemptWorld& world) {
  if (world.endpoint.port == 0 || world.may_ask_endpoint) return kDoesNotApply;
  const std::string host =
      world.endpoint.host.find('.') == std::string::npos ? "127.0.0.1" : world.endpoint.host;
  return connected(SOCK_STREAM, host.c_str(), world.endpoint.port);
}
Answer connect_to_mail(const AttemptWorld& world) {
  return world.may_ask_mail ? kDoesNotApply : connected(SOCK_STREAM, "127.0.0.1", 25);
}
Answer send_datagrams(const AttemptWorld&) { return connected(SOCK_DGRAM, "192.0.2.1", 53); }
Answer listen_elsewhere(const AttemptWorld&) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const sockaddr_in address = address_of("127.0.0.1", 0);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? kOpen : errno;
}
Answer connect_abstract(const AttemptWorld& world) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, world.outside_socket.data(), world.outside_socket.size());
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + world.outside_socket.size());
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 ? kOpen : errno;
}
Answer connect_to_system(const AttemptWorld&) {
  Answer answer = ENOENT;
  for (const char* path :
       {"/run/dbus/system_bus_socket", "/run/systemd/private", "/run/docker.sock"}) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string_view(path).copy(address.sun_path, sizeof address.sun_path - 1);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return kOpen;
    answer = errno;
  }
  return answer;
}
Answer raw_socket(const AttemptWorld&) { return made(AF_INET, SOCK_RAW, IPPROTO_ICMP); }
Answer packet_socket(const AttemptWorld&) { return made(AF_PACKET, SOCK_RAW, 0); }
Answer netlink_socket(const AttemptWorld&) { return made(AF_NETLINK, SOCK_RAW, 0); }
Answer machine_socket(const AttemptWorld&) { return made(AF_VSOCK, SOCK_STREAM, 0); }
Answer cipher_socket(const AttemptWorld&) { return made(AF_ALG, SOCK_SEQPACKET, 0); }
Answer type_into_terminal(const AttemptWorld&) {
  const char letter = ' ';
  Answer answer = ENOTTY;
  for (int fd = 0; fd < 3; ++fd) {
    if (isatty(fd) == 1 && ioctl(fd, TIOCSTI, &letter) == 0) answer = kOpen;
  }
  return answer;
}
Answer internet_socket(const AttemptWorld&) { return made(AF_INET, SOCK_STREAM, 0); }

constexpr Attempt kNetworkAttempts[] = {
    {"connect-to-server", "connect to an address of the host", connect_to_server, kFull, kFull,
     Means::network_or_ports},
    {"connect-to-mail", "connect to the host's mail server", connect_to_mail, kFull, kFull,
     Means::network_or_ports},
    {"send-datagrams", "send datagrams to the world", send_datagrams, kFull, kFull,
     Means::own_network},
    {"listen-elsewhere", "listen at another port", listen_elsewhere, kFull, kFull,
     Means::landlock_ports},
    {"connect-abstract", "connect to an abstract socket outside", connect_abstract, kFull, kFull,
     Means::network_or_scopes},
    {"connect-to-system", "connect to the system's services", connect_to_system, kChroot, kFull},
    {"raw-socket", "open a raw socket", raw_socket, kReport, kUnit},
    {"packet-socket", "open a packet socket", packet_socket, kReport, kUnit},
    {"netlink-socket", "open a netlink socket", netlink_socket, kUnit, kUnit},
    {"machine-socket", "open a socket between machines", machine_socket, kUnit, kUnit},
    {"cipher-socket", "open a socket of the kernel's ciphers", cipher_socket, kUnit, kUnit},
    {"type-into-terminal", "type into the terminal it came from", type_into_terminal, kReport,
     kUnit},
    {"internet-socket", "open a socket of the internet", internet_socket, Level::strict,
     Level::report, Means::no_backends, true},
};

}  // namespace

std::span<const Attempt> network_attempts() { return kNetworkAttempts; }

}  // namespace stockade::jail
