#include "jail/run/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>

#include "base/live_file_system.h"
#include "base/text.h"
#include "jail/plan/make_plan.h"
#include "jail/root/tree.h"
#include "jail/run/drift.h"
#include "jail/run/inside.h"
#include "jail/run/messages.h"
#include "jail/run/user_namespace.h"

namespace stockade::jail {
namespace {

constexpr int kSecondsToBuild = 60;
constexpr int kSecondsToVerify = 300;
constexpr int kSecondsToStart = 60;
constexpr std::string_view kOwnersCannotBeMapped = "map owners of";

unsigned long namespaces_of(const Closing& closing) {
  unsigned long flags = CLONE_NEWNS | CLONE_NEWPID;
  if (closing.level >= Level::full) flags |= CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  if (closing.own_network) flags |= CLONE_NEWNET;
  return flags;
}

// Somebody outside who listens, for the attempt to reach him.
Descriptor listen_abstract(const std::string& name) {
  Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(fd.get(), 64) != 0)
    fd.reset();
  return fd;
}

// Until the other end is closed; no more than anybody would read.
std::string read_all(int fd) {
  std::string text;
  char part[4096];
  for (ssize_t got = 0; (got = read(fd, part, sizeof part)) > 0;) {
    if (text.size() < (1 << 20)) text.append(part, static_cast<size_t>(got));
  }
  return text;
}

void add_worker_filter(Plan& plan, const Closing& closing) {
  if (closing.worker_filter.empty()) return;
  Item item;
  item.kind = ItemKind::generated;
  item.path = kWorkerFilterInside;
  item.content = closing.worker_filter;
  item.mode = 0444;
  item.why = "the system calls that httpd's workers are left with";
  plan.items.insert(std::lower_bound(plan.items.begin(), plan.items.end(), item,
                                     [](const Item& a, const Item& b) { return a.path < b.path; }),
                    item);
}

void add_hosts(Plan& plan, const Closing& closing) {
  if (!closing.relays) return;
  for (Item& item : plan.items) {
    if (item.path == "/etc/hosts" && item.kind == ItemKind::generated)
      item.content += hosts_of_doors(plan);
  }
}

}  // namespace

Result<Generation> Generation::build(Plan plan, Closing closing, const Surroundings& around) {
  Generation made;
  add_worker_filter(plan, closing);
  add_hosts(plan, closing);
  made.plan_ = std::move(plan);
  made.closing_ = std::move(closing);
  for (;;) {
    const auto begin = std::chrono::steady_clock::now();
    auto launched = made.make_namespaces().and_then([&] { return made.launch(around); });
    if (!launched) return fail(launched.error());
    const auto built = made.wait_for("built", kSecondsToBuild, &made.secrets_);
    made.milliseconds_ =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    if (built) break;
    made.stop();
    const bool maps = built.error().cause.find(kOwnersCannotBeMapped) != std::string::npos;
    if (!maps || made.plan_.root_uid == 0) return fail(built.error());
    // This file system shows its files under their own owners only: then the jail's root has to be
    // root's number outside, without any of its rights.
    made.plan_.root_uid = 0;
    made.closing_.losses.push_back({"a root inside that owns nothing outside",
                                    "a file system here cannot show its files under other owners"});
  }
  made.user_namespace_.reset();
  made.owner_map_.reset();
  if (auto relayed = made.keep_relay(); !relayed) {
    made.stop();
    return fail(relayed.error());
  }
  made.copied_ = copied_identity(made.plan_);
  return made;
}

Result<void> Generation::make_namespaces() {
  user_namespace_.reset();
  owner_map_.reset();
  if (!closing_.own_users) return {};
  auto users = make_user_namespace(plan_);
  if (!users) return fail(users.error());
  user_namespace_ = std::move(*users);
  if (plan_.root_uid == 0) return {};
  auto owners = make_owner_map(plan_);
  if (!owners) return fail(owners.error());
  owner_map_ = std::move(*owners);
  return {};
}

Result<void> Generation::launch(const Surroundings& around) {
  int channels[2];
  int ready[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channels) != 0 ||
      pipe2(ready, O_CLOEXEC) != 0)
    return fail_errno("start", "the supervisor inside", errno);
  channel_ = Descriptor(channels[0]);
  ready_ = Descriptor(ready[0]);
  const Descriptor inner_channel(channels[1]);
  const Descriptor inner_ready(ready[1]);
  // Nobody reads it once the jail serves: a full pipe must not hold a worker up.
  fcntl(inner_ready.get(), F_SETFL, O_NONBLOCK);
  world_ = world_of(plan_);
  world_.outside_process = getpid();
  world_.outside_started = started_at(getpid());
  // Each generation its own: one that nobody listens at would be refused for that reason.
  static int number = 0;
  outside_listener_.reset();
  doors_.clear();
  world_.outside_socket =
      "stockade-verify-" + std::to_string(getpid()) + "-" + std::to_string(++number);
  outside_listener_ = listen_abstract(world_.outside_socket);
  if (!outside_listener_)
    return fail_errno("listen at an abstract socket for", "the attempts", errno);
  InsideTask task;
  task.plan = &plan_;
  task.closing = &closing_;
  task.staging = around.staging;
  task.user_namespace = user_namespace_.get();
  task.owner_map = owner_map_.get();
  task.channel = inner_channel.get();
  task.ready = inner_ready.get();
  task.output = around.output;
  task.world = world_;
  for (const Descriptor& socket : *around.sockets) task.sockets.push_back(socket.get());
  process_ = static_cast<pid_t>(
      syscall(SYS_clone, namespaces_of(closing_) | SIGCHLD, nullptr, nullptr, nullptr, 0));
  if (process_ == 0) {
    run_inside(task);
  }
  if (process_ < 0) {
    process_ = 0;
    return fail_errno("make", "the jail's namespaces", errno);
  }
  return {};
}

Result<void> Generation::keep_relay() {
  if (doors_.empty()) return {};
  pollfd one{relay_.get(), 0, 0};  // POLLERR: nobody reads the other end
  if (relay_ && poll(&one, 1, 0) == 0) return {};
  auto relay = start_relay(plan_, doors_);
  if (!relay) return fail(relay.error());
  relay_ = std::move(*relay);
  return {};
}

void Generation::note_door(Message& message) {
  const auto number = parse_number(std::string_view(message.text).substr(5));
  const auto backend = static_cast<size_t>(number.value_or(-1));
  if (backend < plan_.backends.size() && message.file)
    doors_.push_back({std::move(message.file), backend});
}

Result<std::string> Generation::wait_for(std::string_view word, int seconds, Descriptor* file) {
  pollfd one{channel_.get(), POLLIN, 0};
  std::optional<Message> message;
  for (bool is_door = true; is_door;) {
    if (poll(&one, 1, seconds * 1000) != 1)
      return fail({"wait for", "the jail", "it said nothing for " + std::to_string(seconds) + " s",
                   "", ETIMEDOUT});
    message = receive_message(channel_.get());
    if (!message) return fail({"build", "the jail", "its supervisor ended", "", 0});
    is_door = message->text.starts_with("door ");
    if (is_door) note_door(*message);
  }
  if (file != nullptr) *file = std::move(message->file);
  if (message->text.starts_with(word)) return message->text;
  std::string cause = message->text;
  if (cause.starts_with("failed ")) cause.erase(0, 7);
  if (cause.starts_with("could not ")) cause.erase(0, 10);
  return fail({"set up", "the jail", "could not " + cause, "", 0});
}

Result<std::vector<AttemptResult>> Generation::verify() {
  std::vector<AttemptResult> results;
  for (const Role role : roles_of(plan_)) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("verify", "the jail", errno);
    const Descriptor read_end(ends[0]);
    Descriptor write_end(ends[1]);
    send_message(channel_.get(), "verify " + std::string(to_string(role)), write_end.get());
    write_end.reset();
    const std::string text = read_all(read_end.get());
    if (auto done = wait_for("verified", kSecondsToVerify); !done) return fail(done.error());
    size_t count = 0;
    for (const std::string_view line : split(text, '\n')) {
      if (auto result = read_attempt_line(line, role, ground_of(plan_, closing_))) {
        results.push_back(std::move(*result));
        ++count;
      }
    }
    if (count != attempt_count()) {
      return fail({"verify", "the jail as " + std::string(to_string(role)),
                   "only " + std::to_string(count) + " of " + std::to_string(attempt_count()) +
                       " attempts were made",
                   "", 0});
    }
  }
  // What they left in the directory of the logs, which nobody inside can remove.
  if (!world_.log_directory.empty()) {
    unlink((world_.log_directory + "/.stockade-verify").c_str());
    unlink((world_.log_directory + "/.stockade-verify.1").c_str());
  }
  return results;
}

Result<void> Generation::restart() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("check", "the configuration", errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  send_message(channel_.get(), "check", write_end.get());
  write_end.reset();
  const std::string said = read_all(read_end.get());
  const auto done = wait_for("checked", kSecondsToVerify);
  if (!done) return fail(done.error());
  if (*done != "checked well") {
    return fail(
        {"restart httpd with", plan_.config_file, "it does not take it: " + said,
         "the running one goes on as before; \"stockade jail explain\" knows common causes, "
         "and a changed Listen or a new directory needs \"stockade jail swap\"",
         0});
  }
  send_message(channel_.get(), "signal " + std::to_string(SIGUSR1) + " httpd");
  return {};
}

Result<void> Generation::start() {
  send_message(channel_.get(), "start");
  if (auto started = wait_for("started", kSecondsToStart); !started) return fail(started.error());
  pollfd both[2] = {{ready_.get(), POLLIN, 0}, {channel_.get(), POLLIN, 0}};
  if (poll(both, 2, kSecondsToStart * 1000) < 1)
    return fail({"start", "httpd in the jail", "no worker of it serves after a minute",
                 "what it said stands above, and in its error log", ETIMEDOUT});
  char byte = 0;
  if ((both[0].revents & POLLIN) != 0 && read(ready_.get(), &byte, 1) == 1) return {};
  return fail({"start", "httpd in the jail", "it ended before a worker served",
               "what it said stands above, and in its error log; \"stockade jail explain\" knows "
               "common causes",
               0});
}

void Generation::leave() { send_message(channel_.get(), "leave"); }
void Generation::stop() {
  if (process_ <= 0) return;
  send_message(channel_.get(), "stop");
  for (int i = 0; i < 1200; ++i) {
    if (waitpid(process_, nullptr, WNOHANG) != 0) {
      process_ = 0;
      return;
    }
    usleep(10'000);
  }
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

Result<bool> Generation::refresh() {
  if (!secrets_) return false;
  return refresh_secrets(plan_, secrets_.get(), closing_.own_users ? plan_.root_uid : 0);
}

std::vector<std::string> Generation::stale() const {
  std::vector<std::string> all;
  const auto text =
      LiveFileSystem().read("/proc/" + std::to_string(process_) + "/mountinfo", 16 << 20);
  if (text) all = stale_mounts(*text);
  const std::vector<std::string> now = copied_identity(plan_);
  for (size_t i = 0; i < now.size() && i < copied_.size(); ++i) {
    if (now[i] != copied_[i]) all.push_back(now[i].substr(0, now[i].find(' ')));
  }
  return all;
}

}  // namespace stockade::jail
