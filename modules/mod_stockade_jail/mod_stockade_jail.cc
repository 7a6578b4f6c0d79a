// httpd's side of the jail: it takes the listening sockets that the supervisor opened outside, and
// closes in further what the supervisor cannot reach.
//
// Debian's httpd has no socket activation, so this module takes the place of its own listen(): each
// passed socket is put in the place of the one that httpd made for a Listen line and has not bound
// yet. Records with `active` set are left alone by open_listeners() (server/listen.c).
//
// What it is told stands in the environment, written by the supervisor (src/jail/run):
//   STOCKADE_JAIL_SOCKETS    descriptors, as "200 201"
//   LISTEN_FDS, LISTEN_PID   the same from systemd, where a socket unit passes them
//   STOCKADE_JAIL_PROGRAMS   what may still be started once the configuration is read, as "/a:/b"
//   STOCKADE_JAIL_FILTER     the workers' system call filter, a file; without it there is none
//   STOCKADE_JAIL_READY      a descriptor that gets one byte from each worker that is closed in
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "jail/confine/landlock.h"
#include "jail/confine/rights.h"

extern "C" {
#include <ap_listen.h>
#include <ap_mpm.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <httpd.h>
#include <mpm_common.h>
#include <unixd.h>

extern struct module_struct stockade_jail_module;
}

// As APLOG_USE_MODULE, whose word "module" clang takes for C++'s own.
static int* const aplog_module_index = &stockade_jail_module.module_index;

namespace stockade::jail_module {
namespace {

constexpr size_t kLargestFilter = 64 << 10;

struct Filter {
  char* bytes = nullptr;
  size_t size = 0;
};
Filter worker_filter;
int ready_descriptor = -1;

// Whether the socket is bound to what a Listen line asks for.
bool is_bound_to(int fd, const apr_sockaddr_t* wanted) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return false;
  if (bound.ss_family != wanted->family) return false;
  if (bound.ss_family == AF_INET) {
    const auto& own = reinterpret_cast<const sockaddr_in&>(bound);
    return own.sin_port == wanted->sa.sin.sin_port &&
           own.sin_addr.s_addr == wanted->sa.sin.sin_addr.s_addr;
  }
  const auto& own = reinterpret_cast<const sockaddr_in6&>(bound);
  return own.sin6_port == wanted->sa.sin6.sin6_port &&
         std::memcmp(&own.sin6_addr, &wanted->sa.sin6.sin6_addr, sizeof own.sin6_addr) == 0;
}

bool is_any_ipv4(const ap_listen_rec* record) {
  return record->bind_addr->family == APR_INET &&
         record->bind_addr->sa.sin.sin_addr.s_addr == INADDR_ANY;
}

bool is_any_ipv6(const ap_listen_rec* record) {
  return record->bind_addr->family == APR_INET6 &&
         IN6_IS_ADDR_UNSPECIFIED(&record->bind_addr->sa.sin6.sin6_addr);
}

bool take(int fd, ap_listen_rec* record) {
  apr_os_sock_t own = -1;
  if (apr_os_sock_get(&own, record->sd) != APR_SUCCESS) return false;
  if (dup3(fd, own, O_CLOEXEC) < 0) return false;
  // As make_sock() does: accepted connections inherit it, and nobody has to set it for each.
  apr_socket_opt_set(record->sd, APR_TCP_NODELAY, 1);
  record->active = 1;
  record->accept_func = ap_unixd_accept;
  return true;
}

// One socket at [::] hears IPv4 too: the line that httpd adds for 0.0.0.0 has nothing to bind.
void drop_covered_ipv4() {
  for (ap_listen_rec** at = &ap_listeners; *at != nullptr;) {
    bool is_covered = false;
    if (!(*at)->active && is_any_ipv4(*at)) {
      for (ap_listen_rec* other = ap_listeners; other != nullptr; other = other->next) {
        is_covered = is_covered || (other->active && is_any_ipv6(other) &&
                                    other->bind_addr->port == (*at)->bind_addr->port);
      }
    }
    if (is_covered) {
      apr_socket_close((*at)->sd);
      *at = (*at)->next;
    } else {
      at = &(*at)->next;
    }
  }
}

// As sd_listen_fds(3): LISTEN_FDS of them, from 3 on, meant for this process.
const char* sockets_of_systemd(apr_pool_t* pool) {
  const char* owner = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (owner == nullptr || count == nullptr || std::atoi(owner) != getpid()) return nullptr;
  const char* text = "";
  for (int i = 0; i < std::atoi(count) && i < 64; ++i)
    text = apr_psprintf(pool, "%s %d", text, 3 + i);
  return text;
}

// Before the MPM binds its own.
int take_sockets(apr_pool_t* pool, apr_pool_t*, apr_pool_t*, server_rec* s) {
  const char* text = std::getenv("STOCKADE_JAIL_SOCKETS");
  if (text == nullptr) text = sockets_of_systemd(pool);
  if (text == nullptr) return OK;
  char* rest = nullptr;
  char* words = apr_pstrdup(pool, text);
  for (char* word = apr_strtok(words, " ", &rest); word != nullptr;
       word = apr_strtok(nullptr, " ", &rest)) {
    const int fd = std::atoi(word);
    for (ap_listen_rec* record = ap_listeners; record != nullptr; record = record->next) {
      if (record->active || !is_bound_to(fd, record->bind_addr)) continue;
      if (!take(fd, record)) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, errno, s,
                     "stockade jail: the socket %d could not be taken", fd);
        return HTTP_INTERNAL_SERVER_ERROR;
      }
      break;
    }
  }
  drop_covered_ipv4();
  return OK;
}

// Programs that the configuration needs later; httpd's own is not among them. Once for each
// process: a layer cannot be taken off, and a graceful restart comes here again.
bool leave_few_programs(const char* programs, apr_pool_t* pool, server_rec* s) {
  void* done = nullptr;
  apr_pool_userdata_get(&done, "stockade_jail_programs", s->process->pool);
  const int version = jail::landlock_version();
  if (done != nullptr || version == 0) return true;
  jail::Landlock layer(version, true);
  if (!layer.valid()) return false;
  char* rest = nullptr;
  char* words = apr_pstrdup(pool, programs);
  for (char* path = apr_strtok(words, ":", &rest); path != nullptr;
       path = apr_strtok(nullptr, ":", &rest)) {
    if (!layer.allow(path, jail::kExecute) && errno != ENOENT) return false;
  }
  if (!layer.enforce()) return false;
  apr_pool_userdata_setn("done", "stockade_jail_programs", nullptr, s->process->pool);
  return true;
}

bool read_worker_filter(const char* path, apr_pool_t* pool) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat status{};
  bool good = fstat(fd, &status) == 0 && status.st_size > 0 &&
              static_cast<size_t>(status.st_size) <= kLargestFilter;
  if (good) {
    worker_filter.size = static_cast<size_t>(status.st_size);
    worker_filter.bytes = static_cast<char*>(apr_palloc(pool, worker_filter.size));
    good = read(fd, worker_filter.bytes, worker_filter.size) ==
           static_cast<ssize_t>(worker_filter.size);
  }
  close(fd);
  return good;
}

int close_master_in(apr_pool_t* pool, apr_pool_t*, apr_pool_t* scratch, server_rec* s) {
  worker_filter = {};
  // The first of two readings at start, which httpd throws away.
  if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return OK;
  if (ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_NORMAL) return OK;
  if (const char* text = std::getenv("STOCKADE_JAIL_READY")) ready_descriptor = std::atoi(text);
  const char* programs = std::getenv("STOCKADE_JAIL_PROGRAMS");
  if (programs != nullptr && !leave_few_programs(programs, scratch, s)) {
    ap_log_error(APLOG_MARK, APLOG_CRIT, errno, s,
                 "stockade jail: the programs that may be started could not be limited");
    return HTTP_INTERNAL_SERVER_ERROR;
  }
  const char* filter = std::getenv("STOCKADE_JAIL_FILTER");
  if (filter != nullptr && !read_worker_filter(filter, pool)) {
    ap_log_error(APLOG_MARK, APLOG_CRIT, errno, s,
                 "stockade jail: the workers' system call filter %s could not be read", filter);
    return HTTP_INTERNAL_SERVER_ERROR;
  }
  return OK;
}

// After every other module's: what they start or open beforehand, they may.
void close_worker_in(apr_pool_t*, server_rec* s) {
  if (worker_filter.size != 0 && !jail::load_filter(worker_filter.bytes, worker_filter.size)) {
    ap_log_error(APLOG_MARK, APLOG_CRIT, errno, s,
                 "stockade jail: a worker could not be closed in, and ends");
    _exit(APEXIT_CHILDFATAL);
  }
  if (ready_descriptor < 0) return;
  const char ready = 'r';
  // Nobody may be listening any more: SIGPIPE is ignored here, and the answer does not matter.
  if (write(ready_descriptor, &ready, 1) < 0) ready_descriptor = -1;
}

void register_hooks(apr_pool_t*) {
  // The MPMs are first, too.
  static const char* const kMpms[] = {"event.c", "worker.c", "prefork.c", nullptr};
  ap_hook_open_logs(take_sockets, nullptr, kMpms, APR_HOOK_REALLY_FIRST);
  // Before mod_cgid forks its daemon.
  ap_hook_post_config(close_master_in, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  ap_hook_child_init(close_worker_in, nullptr, nullptr, APR_HOOK_REALLY_LAST);
}

}  // namespace
}  // namespace stockade::jail_module

__attribute__((visibility("default"))) module_struct stockade_jail_module = {
    MODULE_MAGIC_NUMBER_MAJOR,
    MODULE_MAGIC_NUMBER_MINOR,
    -1,
    "mod_stockade_jail.c",
    nullptr,
    nullptr,
    MODULE_MAGIC_COOKIE,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    stockade::jail_module::register_hooks,
    0,
};
