#include "jail/run/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <ctime>

#include "base/text.h"
#include "jail/plan/make_plan.h"
#include "jail/root/mounts.h"
#include "jail/root/tree.h"
#include "jail/run/doors.h"
#include "jail/run/keep_open.h"
#include "jail/run/messages.h"

namespace stockade::jail {
namespace {

constexpr int kSecondsToLeave = 120;  // for requests that are under way
constexpr int kSecondsToStop = 10;
constexpr int kSecondsToCheck = 30;

volatile sig_atomic_t child_ended = 0;
void note_child(int) { child_ended = 1; }

struct Running {
  std::string name;
  pid_t process = 0;
};

class Inside {
 public:
  explicit Inside(const InsideTask& task)
      : task_(task), plan_(*task.plan), closing_(*task.closing) {}

  [[noreturn]] void run() {
    // Whatever ends the half outside ends this one, and with it everything in its namespace.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    umask(022);
    close_others();
    if (auto made = make_doors(); !made) give_up(made.error());
    auto built = build();
    if (!built) give_up(built.error());
    if (!send_message(task_.channel, "built", built->secrets)) _exit(1);
    Descriptor(built->secrets).reset();
    if (auto entered = become_root_inside(); !entered) give_up(entered.error());
    for (const int fd : {task_.user_namespace, task_.owner_map}) {
      if (fd >= 0) close(fd);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // the kernel forgets it when the user changes
    prctl(PR_SET_DUMPABLE, 0);
    if (auto closed = close_in(closing_); !closed) give_up(closed.error());
    handle_signals();
    for (;;) serve_once();
  }

 private:
  // Neither the terminal it came from.
  void close_others() const {
    dup2(task_.output, 1);
    dup2(task_.output, 2);
    std::vector<int> kept = task_.sockets;
    kept.insert(kept.end(),
                {task_.channel, task_.ready, task_.output, task_.user_namespace, task_.owner_map});
    close_all_but(std::move(kept));
  }

  // Only their listeners go out.
  Result<void> make_doors() {
    if (!closing_.relays) return {};
    const auto doors = open_doors(plan_);
    if (!doors) return fail(doors.error());
    for (const Door& door : *doors) {
      if (!send_message(task_.channel, "door " + std::to_string(door.backend), door.listener.get()))
        _exit(1);
    }
    return {};
  }

  Result<Tree> build() {
    if (closing_.level <= Level::chroot) {
      if (auto done = build_read_only_host(plan_, task_.staging); !done) return fail(done.error());
      if (closing_.level == Level::unit) return Tree{};
    }
    TreeWishes wishes{task_.staging, closing_.own_users ? plan_.root_uid : 0, task_.owner_map};
    auto tree = build_tree(plan_, wishes);
    if (!tree) return tree;
    if (closing_.level >= Level::full) {
      if (auto moved = move_into(task_.staging); !moved) return fail(moved.error());
      if (sethostname("jail", 4) != 0) return fail_errno("name", "the jail", errno);
    } else if (auto shared = share_runtime(); !shared) {
      return fail(shared.error());
    }
    return tree;
  }

  // ChrootDir: the master, outside, makes sockets that workers, inside, look for.
  Result<void> share_runtime();

  Result<void> become_root_inside() {
    if (task_.user_namespace < 0) return {};
    if (setns(task_.user_namespace, CLONE_NEWUSER) != 0)
      return fail_errno("enter", "the user namespace", errno);
    if (setgroups(0, nullptr) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0)
      return fail_errno("become", "root of the jail", errno);
    return {};
  }

  static void handle_signals() {
    struct sigaction action{};
    action.sa_handler = note_child;
    sigaction(SIGCHLD, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, nullptr);
  }

  void serve_once() {
    pollfd one{task_.channel, POLLIN, 0};
    sigset_t none;
    sigemptyset(&none);
    const timespec second{1, 0};
    const int ready = ppoll(&one, 1, &second, &none);
    if (child_ended != 0) {
      child_ended = 0;
      collect();
    }
    if (deadline_ != 0 && time(nullptr) >= deadline_) _exit(0);
    if (ready != 1) return;
    auto message = receive_message(task_.channel);
    if (!message) _exit(0);
    obey(*message);
  }

  void obey(Message& message) {
    const auto words = split(message.text, ' ');
    if (words[0] == "verify" && words.size() == 2) {
      verify(words[1], message.file.get());
    } else if (words[0] == "check") {
      check(message.file.get());
    } else if (words[0] == "start") {
      start_all();
    } else if (words[0] == "signal" && words.size() == 3) {
      int number = 0;
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), number);
      for (const Running& one : running_) {
        if (one.name == words[2]) kill(one.process, number);
      }
    } else if (words[0] == "leave") {
      end(SIGWINCH, kSecondsToLeave);
    } else if (words[0] == "stop") {
      end(SIGTERM, kSecondsToStop);
    }
  }

  // httpd first: php-fpm answers it to the last request.
  void end(int httpd_signal, int seconds) {
    leaving_ = true;
    deadline_ = time(nullptr) + seconds;
    bool found = false;
    for (const Running& one : running_) {
      if (one.name != "httpd") continue;
      kill(one.process, httpd_signal);
      found = true;
    }
    if (!found) end_rest();
  }
  void end_rest() {
    for (const Running& one : running_) kill(one.process, one.name == "httpd" ? SIGTERM : SIGQUIT);
    if (running_.empty()) _exit(0);
    deadline_ = time(nullptr) + kSecondsToStop;
  }

  void collect() {
    int status = 0;
    for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
      for (size_t i = 0; i < running_.size(); ++i) {
        if (running_[i].process != ended) continue;
        const std::string name = running_[i].name;
        running_.erase(running_.begin() + static_cast<ptrdiff_t>(i));
        if (!leaving_) send_message(task_.channel, "gone " + name + " " + std::to_string(status));
        leaving_ = true;
        end_rest();
        break;
      }
    }
  }

  void verify(std::string_view role_name, int output) {
    const pid_t child = fork();
    if (child == 0) {
      signal(SIGCHLD, SIG_DFL);
      for (const Role role : {Role::master, Role::worker, Role::cgi, Role::php}) {
        if (to_string(role) == role_name)
          run_attempts(closing_, plan_, role, task_.staging, task_.world, output);
      }
      _exit(0);
    }
    if (child > 0) waitpid(child, nullptr, 0);
    send_message(task_.channel, "verified");
  }

  // httpd reads the configuration where the running one would, and ends. A restart with one that it
  // does not take would end the server.
  void check(int output) {
    const Service* httpd = nullptr;
    for (const Service& service : plan_.services) {
      if (service.name == "httpd") httpd = &service;
    }
    const pid_t child = httpd == nullptr ? -1 : fork();
    if (child == 0) {
      dup2(output, 1);
      dup2(output, 2);
      Service test = *httpd;
      test.arguments.emplace_back("-t");
      execute(test, 2);
    }
    int status = 1;
    for (int i = 0; child > 0 && waitpid(child, &status, WNOHANG) == 0; ++i) {
      const timespec pause{0, 10'000'000};
      nanosleep(&pause, nullptr);
      if (i == kSecondsToCheck * 100) kill(child, SIGKILL);
    }
    send_message(task_.channel, child > 0 && status == 0 ? "checked well" : "checked badly");
  }

  void start_all() {
    // php-fpm first: httpd's first request may already ask for its socket.
    for (const bool is_httpd : {false, true}) {
      for (const Service& service : plan_.services) {
        if ((service.name == "httpd") != is_httpd) continue;
        if (auto started = start(service); !started) return give_up(started.error());
        if (!wait_for_socket(service)) {
          give_up({"start", service.name, "its socket " + service.ready_path + " does not appear",
                   "what it said stands above", 0});
        }
      }
    }
    send_message(task_.channel, "started");
  }

  bool wait_for_socket(const Service& service) {
    if (service.ready_path.empty()) return true;
    std::string path = service.ready_path;
    if (closing_.level == Level::chroot) path = task_.staging + path;
    for (int i = 0; i < 1000; ++i) {
      struct stat status{};
      // Landlock does not refuse to look.
      if (stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) return true;
      if (waitpid(running_.back().process, nullptr, WNOHANG) > 0) {
        running_.pop_back();
        return false;
      }
      const timespec pause{0, 10'000'000};
      nanosleep(&pause, nullptr);
    }
    return false;
  }

  Result<void> start(const Service& service) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("start", service.name, errno);
    Descriptor read_end(ends[0]);
    Descriptor write_end(ends[1]);
    const pid_t child = fork();
    if (child < 0) return fail_errno("start", service.name, errno);
    if (child == 0) execute(service, write_end.get());
    write_end.reset();
    std::string problem(2048, '\0');
    const ssize_t got = read(read_end.get(), problem.data(), problem.size());
    if (got > 0) {
      problem.resize(static_cast<size_t>(got));
      waitpid(child, nullptr, 0);
      return fail(
          {"start", service.name, problem, "\"stockade jail explain\" knows common causes", 0});
    }
    running_.push_back({service.name, child});
    return {};
  }

  [[noreturn]] void execute(const Service& service, int problems) {
    const bool is_php = service.name != "httpd";
    const auto refuse = [&](const std::string& text) {
      if (write(problems, text.data(), text.size()) < 0) _exit(1);
      _exit(1);
    };
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGCHLD, SIGPIPE}) signal(number, SIG_DFL);
    if (is_php && closing_.level == Level::chroot &&
        (chroot(task_.staging.c_str()) != 0 || chdir("/") != 0)) {
      refuse(std::string("chroot: ") + std::strerror(errno));
    }
    place_files(is_php);
    const Invocation call =
        invocation_of(plan_, service, closing_.level, task_.staging, task_.sockets.size());
    if (auto closed = close_in_service(closing_, plan_, is_php); !closed)
      refuse(closed.error().message());
    std::vector<char*> arguments;
    std::vector<char*> environment;
    for (const std::string& text : call.arguments)
      arguments.push_back(const_cast<char*>(text.c_str()));
    for (const std::string& text : call.environment)
      environment.push_back(const_cast<char*>(text.c_str()));
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
    execve(call.program.c_str(), arguments.data(), environment.data());
    refuse(call.program + ": " + std::strerror(errno));
    _exit(1);
  }

  void place_files(bool is_php) const {
    if (is_php) return;
    // All of them were opened with numbers below these.
    for (size_t i = 0; i < task_.sockets.size(); ++i)
      dup2(task_.sockets[i], kFirstSocket + static_cast<int>(i));
    dup2(task_.ready, kReadyFile);
  }

  [[noreturn]] void give_up(const Error& error) {
    send_message(task_.channel, "failed " + error.message());
    _exit(error.attempted == "map owners of" ? 77 : 1);
  }

  const InsideTask& task_;
  const Plan& plan_;
  const Closing& closing_;
  std::vector<Running> running_;
  bool leaving_ = false;
  time_t deadline_ = 0;
};

Result<void> Inside::share_runtime() {
  for (const Item& item : plan_.items) {
    if (item.kind != ItemKind::runtime || item.path == "/tmp" || item.path == "/var/tmp") continue;
    struct stat status{};
    if (stat(item.path.c_str(), &status) != 0) continue;
    if (auto done = bind_mount(task_.staging + item.path, item.path, {.writable = true}); !done)
      return done;
  }
  return {};
}

}  // namespace

Invocation invocation_of(const Plan& plan, const Service& service, Level level,
                         const std::string& staging, size_t sockets) {
  Invocation call{service.program, service.arguments, service.environment};
  if (level == Level::unit) {
    for (std::string& text : call.arguments) {
      const Item* item = plan.find(text);
      if (item != nullptr && item->kind == ItemKind::generated)
        text = std::string(kGeneratedOnHost) + text;
    }
  }
  if (service.name != "httpd") return call;
  std::string passed;
  for (size_t i = 0; i < sockets; ++i)
    passed += (i == 0 ? "" : " ") + std::to_string(kFirstSocket + static_cast<int>(i));
  call.environment.push_back("STOCKADE_JAIL_SOCKETS=" + passed);
  call.environment.push_back("STOCKADE_JAIL_READY=" + std::to_string(kReadyFile));
  if (level >= Level::full) {
    std::string programs;
    for (const std::string& path : programs_of(plan))
      programs += (programs.empty() ? "" : ":") + path;
    call.environment.push_back("STOCKADE_JAIL_PROGRAMS=" + programs);
  }
  if (plan.find(kWorkerFilterInside) != nullptr)
    call.environment.push_back("STOCKADE_JAIL_FILTER=" + std::string(kWorkerFilterInside));
  if (level == Level::chroot) {
    // What glibc opens when a thread ends has to be there before the root changes.
    for (const Item& item : plan.items) {
      if (file_name(item.path) == "libgcc_s.so.1")
        call.arguments.insert(call.arguments.end(), {"-C", "LoadFile " + item.path});
    }
    call.arguments.insert(call.arguments.end(), {"-c", "ChrootDir " + staging});
  }
  if (level <= Level::chroot) {
    // The module lies where the host has it.
    const Item* module = plan.find(kModuleInside);
    for (std::string& text : call.arguments) {
      if (module != nullptr && text.starts_with("LoadModule stockade_jail_module "))
        text = "LoadModule stockade_jail_module " + module->source;
    }
  }
  return call;
}

void run_inside(const InsideTask& task) { Inside(task).run(); }

}  // namespace stockade::jail
