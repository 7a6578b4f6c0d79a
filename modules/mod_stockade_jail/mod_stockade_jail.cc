// httpd's side of the jail: it takes the listening sockets that the supervisor opened outside
// (listen), and closes in further what the supervisor cannot reach.
//
// What it is told stands in the environment, written by the supervisor (src/jail/run):
//   STOCKADE_JAIL_SOCKETS    descriptors, as "200 201"
//   LISTEN_FDS, LISTEN_PID   the same from systemd, where a socket unit passes them
//                            ("-D STOCKADE_RELOAD -k graceful" of such a unit has none)
//   STOCKADE_JAIL_PROGRAMS   what may still be started once the configuration is read, as "/a:/b"
//   STOCKADE_JAIL_FILTER     the workers' system call filter, a file; without it there is none
//   STOCKADE_JAIL_READY      a descriptor that gets one byte from each worker that is closed in
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "jail/confine/landlock.h"
#include "jail/confine/rights.h"
#include "listen.h"

extern "C" {
#include <ap_mpm.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <httpd.h>
#include <mpm_common.h>

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

// After the MPM's, which forgets the listeners of before.
int take_sockets(apr_pool_t*, apr_pool_t*, apr_pool_t* scratch) {
  const ap_directive_t* left = take_listen_lines(scratch);
  if (left == nullptr) return OK;
  ap_log_perror(APLOG_MARK, APLOG_CRIT | APLOG_STARTUP, 0, scratch,
                "stockade jail: no socket was passed for Listen %s (%s:%d)", left->args,
                left->filename, left->line_num);
  return HTTP_INTERNAL_SERVER_ERROR;
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
  ap_hook_pre_config(take_sockets, nullptr, nullptr, APR_HOOK_REALLY_LAST);
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
