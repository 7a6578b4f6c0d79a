// Starting httpd costs 30 times what reading a small configuration costs. This module, for the
// tests alone, stops a started httpd in the middle of its first pass, at the directive
//   ForkServer COMMANDS REPLIES OUT ERR
// (two numbers of open pipes, two paths), and lets a fork of it read on for each byte that comes
// in by COMMANDS; REPLIES says once when it is ready. The fork is httpd and nothing but httpd; its
// standard output and standard error go to OUT and ERR, and its wait status to REPLIES as four
// bytes.
#include <fcntl.h>
#include <httpd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "http_config.h"

namespace {

constexpr unsigned kPatience = 60;  // seconds

int redirect(const char* path, int target) {
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  const int done = dup2(file, target);
  close(file);
  return done;
}

// httpd tidies up for longer than it reads.
apr_status_t leave_refused(void*) { _exit(1); }

// Nothing behind this hook can refuse a configuration.
void leave_accepted(apr_pool_t*, server_rec*) { _exit(0); }

void become_child(apr_pool_t* process, int commands, int replies, char* const files[]) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  close(commands);
  close(replies);
  if (redirect(files[0], STDOUT_FILENO) < 0 || redirect(files[1], STDERR_FILENO) < 0) _exit(125);
  alarm(kPatience);
  apr_pool_pre_cleanup_register(process, nullptr, leave_refused);
}

const char* serve(cmd_parms* cmd, void*, int argc, char* const argv[]) {
  if (argc != 4) return "ForkServer takes two descriptors and two paths";
  const int commands = std::atoi(argv[0]);
  const int replies = std::atoi(argv[1]);
  const int ready = 0;
  if (write(replies, &ready, sizeof ready) != sizeof ready) _exit(1);
  for (char command = 0; read(commands, &command, 1) == 1;) {
    const pid_t child = fork();
    if (child == 0) {
      become_child(apr_pool_parent_get(cmd->pool), commands, replies, argv + 2);
      return nullptr;
    }
    int status = -1;
    if (child > 0 && waitpid(child, &status, 0) != child) status = -1;
    if (write(replies, &status, sizeof status) != sizeof status) break;
  }
  _exit(0);
}

// httpd's own header has but one type for every shape of a directive's function in C++.
template <class Function>
cmd_func as_command(Function function) {
  return reinterpret_cast<cmd_func>(reinterpret_cast<void (*)()>(function));
}

const command_rec kCommands[] = {
    {"ForkServer", as_command(serve), nullptr, RSRC_CONF | EXEC_ON_READ, TAKE_ARGV, "serve forks"},
    {nullptr, nullptr, nullptr, 0, RAW_ARGS, nullptr}};

void register_hooks(apr_pool_t*) {
  ap_hook_test_config(leave_accepted, nullptr, nullptr, APR_HOOK_REALLY_LAST);
}

}  // namespace

extern "C" {
extern module_struct AP_MODULE_DECLARE_DATA fork_server_module;
module_struct AP_MODULE_DECLARE_DATA fork_server_module = {
    STANDARD20_MODULE_STUFF, nullptr, nullptr, nullptr, nullptr, kCommands, register_hooks, 0};
}
