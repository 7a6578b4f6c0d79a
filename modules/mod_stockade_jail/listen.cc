// Debian's httpd has no socket activation. A Listen line makes a socket as soon as it is looked at,
// which is refused where sockets of the internet are; so the lines that a socket was passed for are
// taken out of the configuration before that, and their listeners made of the passed sockets.
// Records with `active` set are left alone by open_listeners() (server/listen.c). At a graceful
// restart httpd closes the listeners of before: each generation gets duplicates.
#include "listen.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

extern "C" {
#include <ap_listen.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_main.h>
#include <unixd.h>
#include <util_cfgtree.h>
}

namespace stockade::jail_module {
namespace {

constexpr int kMost = 64;

struct Passed {
  int fd = -1;
  sockaddr_storage bound{};
  const ap_directive_t* line = nullptr;  // the Listen line that it serves; null: none
  const char* protocol = nullptr;        // of that line
};

struct AllPassed {
  Passed sockets[kMost];
  int count = 0;
  // A httpd that only sends a signal to the running one ("-k graceful") may open no socket either.
  bool listens = true;
};

void add(AllPassed& all, int fd) {
  Passed one;
  one.fd = fd;
  socklen_t size = sizeof one.bound;
  if (all.count == kMost || getsockname(fd, reinterpret_cast<sockaddr*>(&one.bound), &size) != 0)
    return;
  // No CGI shall accept in httpd's place.
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  all.sockets[all.count++] = one;
}

// "200 201" from the supervisor, or as sd_listen_fds(3) says: LISTEN_FDS of them, from 3 on, meant
// for this process.
AllPassed passed_sockets() {
  AllPassed all;
  if (const char* text = std::getenv("STOCKADE_JAIL_SOCKETS")) {
    char* end = nullptr;
    for (long fd = strtol(text, &end, 10); end != text; fd = strtol(text, &end, 10)) {
      add(all, static_cast<int>(fd));
      text = end;
    }
    return all;
  }
  const char* owner = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (owner == nullptr || count == nullptr || std::atoi(owner) != getpid()) return all;
  for (int i = 0; i < std::atoi(count) && i < kMost; ++i) add(all, 3 + i);
  return all;
}

uint16_t port_of(const Passed& one) {
  return ntohs(one.bound.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(one.bound).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(one.bound).sin_port);
}

bool is_any(const Passed& one) {
  if (one.bound.ss_family == AF_INET6) {
    return IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(one.bound).sin6_addr);
  }
  return reinterpret_cast<const sockaddr_in&>(one.bound).sin_addr.s_addr == INADDR_ANY;
}

bool is_any(const apr_sockaddr_t* address) {
  return address->family == APR_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&address->sa.sin6.sin6_addr)
                                      : address->sa.sin.sin_addr.s_addr == INADDR_ANY;
}

bool is_bound_to(const Passed& one, const apr_sockaddr_t* wanted) {
  if (wanted->family == APR_INET && one.bound.ss_family == AF_INET) {
    return wanted->sa.sin.sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in&>(one.bound).sin_addr.s_addr;
  }
  return wanted->family == APR_INET6 && one.bound.ss_family == AF_INET6 &&
         std::memcmp(&wanted->sa.sin6.sin6_addr,
                     &reinterpret_cast<const sockaddr_in6&>(one.bound).sin6_addr,
                     sizeof(in6_addr)) == 0;
}

// The socket of "80", "*:443 https", "[::1]:8080", "www.example.com:80".
Passed* socket_for(AllPassed& all, const char* address, apr_pool_t* scratch) {
  char* host = nullptr;
  char* scope = nullptr;
  apr_port_t port = 0;
  if (apr_parse_addr_port(&host, &scope, &port, address, scratch) != APR_SUCCESS) return nullptr;
  apr_sockaddr_t* wanted = nullptr;
  bool everywhere = host == nullptr || std::strcmp(host, "*") == 0;
  if (!everywhere && apr_sockaddr_info_get(&wanted, host, APR_UNSPEC, port, 0, scratch) != 0)
    return nullptr;
  // One socket at [::] hears IPv4 too.
  everywhere = everywhere || is_any(wanted);
  for (int i = 0; i < all.count; ++i) {
    Passed& one = all.sockets[i];
    if (port_of(one) != port) continue;
    if (everywhere && is_any(one)) return &one;
    for (const apr_sockaddr_t* at = wanted; at != nullptr; at = at->next) {
      if (is_bound_to(one, at)) return &one;
    }
  }
  return nullptr;
}

// Whether the line is one for a passed socket, which is marked then.
bool is_served(const ap_directive_t* line, AllPassed& all, apr_pool_t* scratch) {
  if (strcasecmp(line->directive, "Listen") != 0) return false;
  if (!all.listens) return true;
  const char* rest = line->args;
  const char* address = ap_getword_conf(scratch, &rest);
  Passed* socket = socket_for(all, address, scratch);
  if (socket == nullptr) return false;
  socket->line = line;
  const char* protocol = ap_getword_conf(scratch, &rest);
  const bool is_named = *protocol != '\0' && std::strchr(protocol, '=') == nullptr;
  socket->protocol = is_named ? protocol : port_of(*socket) == 443 ? "https" : "http";
  return true;
}

void take_out_of(ap_directive_t** first, AllPassed& all, apr_pool_t* scratch) {
  for (ap_directive_t** at = first; *at != nullptr;) {
    if (is_served(*at, all, scratch)) {
      *at = (*at)->next;
      continue;
    }
    if ((*at)->first_child != nullptr) take_out_of(&(*at)->first_child, all, scratch);
    at = &(*at)->next;
  }
}

const ap_directive_t* first_listen(const ap_directive_t* line) {
  for (; line != nullptr; line = line->next) {
    if (strcasecmp(line->directive, "Listen") == 0) return line;
    if (const ap_directive_t* inner = first_listen(line->first_child)) return inner;
  }
  return nullptr;
}

// Out of the pool that lives as long as the process: httpd looks at it at the next restart.
ap_listen_rec* listener_of(const Passed& one) {
  const int fd = fcntl(one.fd, F_DUPFD_CLOEXEC, 3);
  if (fd < 0) return nullptr;
  auto* record = static_cast<ap_listen_rec*>(apr_pcalloc(ap_pglobal, sizeof(ap_listen_rec)));
  apr_os_sock_t own = fd;
  if (apr_os_sock_put(&record->sd, &own, ap_pglobal) != APR_SUCCESS ||
      apr_socket_addr_get(&record->bind_addr, APR_LOCAL, record->sd) != APR_SUCCESS)
    return nullptr;
  // As make_sock() does: accepted connections inherit it, and nobody has to set it for each.
  apr_socket_opt_set(record->sd, APR_TCP_NODELAY, 1);
  record->protocol = apr_pstrdup(ap_pglobal, one.protocol);
  record->accept_func = ap_unixd_accept;
  record->active = 1;
  return record;
}

}  // namespace

const ap_directive_t* take_listen_lines(apr_pool_t* scratch) {
  AllPassed all = passed_sockets();
  all.listens = !ap_exists_config_define("STOCKADE_RELOAD");
  if (all.count == 0 && all.listens) return nullptr;
  take_out_of(&ap_conftree, all, scratch);
  for (int i = all.count - 1; i >= 0; --i) {
    if (all.sockets[i].line == nullptr) continue;
    ap_listen_rec* record = listener_of(all.sockets[i]);
    if (record == nullptr) return all.sockets[i].line;
    record->next = ap_listeners;
    ap_listeners = record;
  }
  return first_listen(ap_conftree);
}

}  // namespace stockade::jail_module
