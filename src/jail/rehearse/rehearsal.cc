#include "jail/rehearse/rehearsal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <set>

#include "base/descriptor.h"
#include "base/live_file_system.h"
#include "base/text.h"
#include "base/write_file.h"
#include "jail/elf/closure.h"
#include "jail/elf/elf_file.h"
#include "jail/rehearse/tracer.h"
#include "jail/root/mounts.h"
#include "jail/root/tree.h"
#include "jail/run/inside.h"
#include "jail/run/listeners.h"

namespace stockade::jail {
namespace {

constexpr int kSecondsOfRound = 90;

bool bring_up_loopback() {
  const Descriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return fd && ioctl(fd.get(), SIOCSIFFLAGS, &request) == 0;
}

void wait_a_moment(long milliseconds) {
  const timespec pause{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  nanosleep(&pause, nullptr);
}

Descriptor connect_to(const Endpoint& endpoint) {
  Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  const std::string host =
      endpoint.host.find('.') == std::string::npos ? "127.0.0.1" : endpoint.host;
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  const timeval limit{20, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fd.reset();
  return fd;
}

// The status of the answer; "---": there was none.
std::string ask_for(const Endpoint& endpoint, const std::string& url, bool goes_away) {
  const Descriptor fd = connect_to(endpoint);
  if (!fd) return "---";
  const std::string request =
      "GET " + url + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (!write_all(fd.get(), request, "the site") || goes_away) return "---";
  std::string head;
  char part[4096];
  for (ssize_t got = 0; (got = read(fd.get(), part, sizeof part)) > 0;) {
    if (head.size() < 64) head.append(part, static_cast<size_t>(got));
  }
  return head.starts_with("HTTP/") && head.size() > 12 ? head.substr(9, 3) : "---";
}

// Process 1 of a place of its own: starts the services under the tracer, lets a child drive them.
class Stage {
 public:
  Stage(const Plan& plan, const RehearsalWishes& wishes, int output)
      : plan_(plan), wishes_(wishes), output_(output) {}

  [[noreturn]] void run() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (auto built = build_read_only_host(plan_, wishes_.state); !built)
      give_up(built.error().message());
    if (auto made = bring_made_files(); !made) give_up(made.error().message());
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0)
      give_up("no /proc of its own");
    if (!bring_up_loopback()) give_up("its network could not be brought up");
    auto sockets = open_listeners(plan_);
    if (!sockets) give_up(sockets.error().message());
    for (size_t i = 0; i < sockets->size(); ++i)
      dup2((*sockets)[i].get(), kFirstSocket + static_cast<int>(i));
    Tracer tracer([this](const Opened& opened) { note(opened); });
    pid_t httpd = 0;
    for (const bool is_httpd : {false, true}) {
      for (const Service& service : plan_.services) {
        if ((service.name == "httpd") != is_httpd) continue;
        const pid_t child = start(service, sockets->size());
        if (!tracer.take(child)) give_up(service.name + " could not be watched");
        if (is_httpd) httpd = child;
      }
    }
    const pid_t driver = fork();
    if (driver == 0) drive(httpd);
    const time_t end = time(nullptr) + kSecondsOfRound;
    bool driven = false;
    while (!(driven && tracer.watched() == 0) && time(nullptr) < end) {
      int status = 0;
      const pid_t process = waitpid(-1, &status, __WALL | WNOHANG);
      if (process < 0) break;
      if (process == 0) {
        wait_a_moment(1);
      } else if (process == driver) {
        driven = true;
      } else {
        tracer.handle(process, status);
      }
    }
    tell("end");
    _exit(0);  // and with it everything here
  }

 private:
  // Accounts and the like as they will be, so that what the host's would open is not learned.
  Result<void> bring_made_files() const {
    for (const Item& item : plan_.items) {
      struct stat status{};
      if (item.kind != ItemKind::generated || stat(item.path.c_str(), &status) != 0) continue;
      if (auto bound = bind_mount(std::string(kGeneratedOnHost) + item.path, item.path, {}); !bound)
        return bound;
    }
    return {};
  }

  pid_t start(const Service& service, size_t sockets) {
    const Invocation call = invocation_of(plan_, service, Level::unit, wishes_.state, sockets);
    const pid_t child = fork();
    if (child != 0) return child;
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; nothing >= 0 && fd < 3; ++fd) dup2(nothing, fd);
    if (service.name != "httpd") {
      for (size_t i = 0; i < sockets; ++i) close(kFirstSocket + static_cast<int>(i));
    }
    std::vector<char*> arguments;
    std::vector<char*> environment;
    for (const std::string& text : call.arguments)
      arguments.push_back(const_cast<char*>(text.c_str()));
    for (const std::string& text : call.environment) {
      if (!text.starts_with("STOCKADE_JAIL_READY"))
        environment.push_back(const_cast<char*>(text.c_str()));
    }
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
    if (!Tracer::offer_to_trace()) _exit(1);
    execve(call.program.c_str(), arguments.data(), environment.data());
    _exit(127);
  }

  [[noreturn]] void drive(pid_t httpd) {
    const Endpoint first = plan_.endpoints.empty() ? Endpoint{} : plan_.endpoints.front();
    for (int i = 0; i < 200 && ask_for(first, "/", false) == "---"; ++i) wait_a_moment(50);
    ask_all(first, true);
    for (const std::string& url : wishes_.urls) ask_for(first, url, true);
    kill(httpd, SIGUSR1);
    wait_a_moment(1500);
    ask_all(first, false);
    kill(httpd, SIGTERM);
    wait_a_moment(1500);
    kill(-1, SIGQUIT);  // php-fpm, and who else is left here
    wait_a_moment(500);
    kill(-1, SIGKILL);
    _exit(0);
  }
  void ask_all(const Endpoint& first, bool tells) {
    for (const std::string& url : wishes_.urls) {
      const std::string status = ask_for(first, url, false);
      if (tells) tell("answer " + status + " " + url);
    }
  }

  void note(const Opened& opened) {
    const std::string line = std::string(opened.executes ? "run "
                                         : opened.writes ? "write "
                                                         : "read ") +
                             opened.path + " " + opened.program;
    if (opened.path.find_first_of(" \n") == std::string::npos && seen_.insert(line).second)
      tell(line);
  }
  void tell(const std::string& line) const {
    (void)write_all(output_, line + "\n", "the rehearsal");
  }
  [[noreturn]] void give_up(const std::string& why) const {
    tell("failed " + why);
    _exit(1);
  }

  const Plan& plan_;
  const RehearsalWishes& wishes_;
  int output_;
  std::set<std::string> seen_;
};

bool is_of_the_kernel(std::string_view path) {
  return is_within(path, "/proc") || is_within(path, "/sys") || is_within(path, "/dev") ||
         path == "/" || is_within(path, "/run/stockade-made");
}

// glibc looks there and goes on without: measured, a jail has none of them.
bool is_needless(std::string_view path) {
  constexpr std::string_view kNeedless[] = {"/etc/ld.so.cache", "/etc/ld.so.preload",
                                            "/etc/gai.conf",    "/etc/host.conf",
                                            "/etc/resolv.conf", "/usr/share/locale/locale.alias"};
  return is_within(path, "/usr/lib/locale") ||
         std::find(std::begin(kNeedless), std::end(kNeedless), path) != std::end(kNeedless);
}

std::string today() {
  char text[16] = {};
  const time_t now = time(nullptr);
  tm utc{};
  gmtime_r(&now, &utc);
  strftime(text, sizeof text, "%F", &utc);
  return text;
}

void sort_line(const Plan& plan, std::string_view line, Rehearsal& rehearsal) {
  const auto words = split_words(line);
  if (words.size() == 3 && words[0] == "answer")
    rehearsal.answers.push_back(std::string(words[1]) + " " + std::string(words[2]));
  if (words.size() != 3 || (words[0] != "read" && words[0] != "run" && words[0] != "write")) return;
  const LiveFileSystem files;
  const std::string asked(words[1]);
  const std::string real = resolve_links(files, asked);
  if (is_of_the_kernel(asked) || is_of_the_kernel(real) || is_needless(asked)) return;
  const Item* item = item_holding(plan, real);
  if (item == nullptr)
    item = item_holding(plan, absolute_path(resolve_links(files, std::string(parent_path(asked))),
                                            file_name(asked)));
  const auto status = files.status(real);
  // What it made in a directory of its own is gone by now.
  if (!status || status->type == FileType::directory) return;
  for (const Item& one : plan.items) {
    if (one.source == real) item = &one;
  }
  if (words[0] == "write") {
    if (item == nullptr || !item->writable()) rehearsal.written.push_back(real);
    return;
  }
  if (item != nullptr) return;
  const std::string_view name = file_name(real);
  if (words[0] == "run" && (name == "sh" || name == "dash" || name == "bash")) {
    rehearsal.shells.push_back(std::string(words[2]));
    return;
  }
  for (const LearnedPath& known : rehearsal.learned) {
    if (known.path == asked) return;
  }
  LearnedPath one;
  one.path = asked;
  one.date = today();
  one.why = std::string(words[2]) + (words[0] == "run" ? " started it" : " opened it");
  const auto bytes = files.read(real, 512 << 20);
  const bool is_code = bytes && is_elf(*bytes);
  one.kind = words[0] == "run" ? ItemKind::tool : is_code ? ItemKind::library : ItemKind::data;
  rehearsal.learned.push_back(std::move(one));
}

}  // namespace

Result<Rehearsal> rehearse_once(const Plan& plan, const RehearsalWishes& wishes) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("rehearse", plan.config_file, errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const auto child = static_cast<pid_t>(
      syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | SIGCHLD,
              nullptr, nullptr, nullptr, 0));
  if (child == 0) Stage(plan, wishes, write_end.get()).run();
  write_end.reset();
  if (child < 0) return fail_errno("make a place of its own for", "the rehearsal", errno);
  std::string text;
  char part[8192];
  for (ssize_t got = 0; (got = read(read_end.get(), part, sizeof part)) > 0;)
    text.append(part, static_cast<size_t>(got));
  waitpid(child, nullptr, 0);
  Rehearsal rehearsal;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("failed "))
      return fail({"rehearse", plan.config_file, std::string(line.substr(7)), "", 0});
    sort_line(plan, line, rehearsal);
  }
  if (text.find("end\n") == std::string::npos)
    return fail({"rehearse", plan.config_file, "it ended before it was done", "", 0});
  return rehearsal;
}

}  // namespace stockade::jail
