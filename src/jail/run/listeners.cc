#include "jail/run/listeners.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>

namespace stockade::jail {
namespace {

constexpr int kBacklog = 511;  // httpd's ListenBacklog

Result<Descriptor> listen_at(const sockaddr* address, socklen_t size, int family,
                             const std::string& name) {
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno("open a socket for", name, errno);
  const int on = 1;
  const int off = 0;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (family == AF_INET6) setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(socket.get(), address, size) != 0 || listen(socket.get(), kBacklog) != 0) {
    auto failed = fail_errno("listen at", name, errno);
    if (errno == EADDRINUSE) failed.value().remedy = "another server holds it: stop that one first";
    return failed;
  }
  return socket;
}

Result<Descriptor> listen_everywhere(uint16_t port) {
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(port);
  const std::string name = "*:" + std::to_string(port);
  auto socket = listen_at(reinterpret_cast<const sockaddr*>(&any), sizeof any, AF_INET6, name);
  if (socket || socket.error().code == EADDRINUSE || socket.error().code == EACCES) return socket;
  sockaddr_in any4{};
  any4.sin_family = AF_INET;
  any4.sin_port = htons(port);
  return listen_at(reinterpret_cast<const sockaddr*>(&any4), sizeof any4, AF_INET, name);
}

}  // namespace

Result<std::vector<Descriptor>> open_listeners(const Plan& plan) {
  std::vector<Descriptor> sockets;
  for (const Endpoint& endpoint : plan.endpoints) {
    if (endpoint.host.empty()) {
      auto socket = listen_everywhere(endpoint.port);
      if (!socket) return fail(socket.error());
      sockets.push_back(std::move(*socket));
      continue;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const std::string name = endpoint.host + ":" + std::to_string(endpoint.port);
    if (getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found) !=
        0)
      return fail({"listen at", name, "no address of that name is known", "", 0});
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
    auto socket = listen_at(found->ai_addr, found->ai_addrlen, found->ai_family, name);
    if (!socket) return fail(socket.error());
    sockets.push_back(std::move(*socket));
  }
  return sockets;
}

}  // namespace stockade::jail
