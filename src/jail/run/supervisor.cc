#include "jail/run/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstring>
#include <ctime>
#include <optional>

#include "base/text.h"
#include "base/write_file.h"
#include "jail/run/generation.h"
#include "jail/run/listeners.h"
#include "jail/run/messages.h"
#include "jail/run/told.h"

namespace stockade::jail {
namespace {

constexpr off_t kLargestLog = 4 << 20;
constexpr int kSecondsBetweenLooks = 10;  // at renewed keys and replaced files

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(
        {"use the socket", path, "its name is too long", "choose a shorter --state", ENAMETOOLONG});
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<void> make_directory(const std::string& path) {
  for (size_t end = 1; end != std::string::npos;) {
    end = path.find('/', end);
    const std::string at = path.substr(0, end);
    if (mkdir(at.c_str(), 0755) != 0 && errno != EEXIST)
      return fail_errno("make the directory", at, errno);
    if (end != std::string::npos) ++end;
  }
  return {};
}

class Supervisor {
 public:
  Supervisor(Plan plan, Closing closing, SupervisorWishes wishes)
      : wishes_(std::move(wishes)),
        first_plan_(std::move(plan)),
        closing_(std::move(closing)),
        state_(wishes_.directory + "/" + wishes_.name) {}

  Result<void> run() {
    auto up = go_up();
    wishes_.tell(up);
    if (!up) {
      clean();
      return fail(up.error());
    }
    sd_notify(0, "READY=1");
    while (!ended_) serve_once();
    clean();
    return failure_ ? fail(*failure_) : Result<void>();
  }

 private:
  Result<std::string> go_up() {
    return prepare()
        .and_then([&] { return open_listeners(first_plan_); })
        .and_then([&](std::vector<Descriptor> sockets) {
          sockets_ = std::move(sockets);
          return new_generation(first_plan_);
        });
  }

  Result<void> prepare() {
    if (auto made = make_directory(state_ + "/root"); !made) return made;
    chmod(state_.c_str(), 0700);
    const auto running = ask_supervisor(wishes_.directory, wishes_.name, "status");
    if (running) {
      return fail({"start the jail", wishes_.name, "it is up already",
                   "\"stockade jail down\" ends it; --name makes another", EEXIST});
    }
    const std::string path = state_ + "/control";
    const auto address = address_of(path);
    if (!address) return fail(address.error());
    unlink(path.c_str());  // of one that was killed
    control_ = Descriptor(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (bind(control_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
        chmod(path.c_str(), 0600) != 0 || listen(control_.get(), 16) != 0)
      return fail_errno("listen at", path, errno);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("make", "a pipe", errno);
    output_ = Descriptor(ends[0]);
    output_end_ = Descriptor(ends[1]);
    fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    log_ = Descriptor(
        open((state_ + "/output.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD})
      sigaddset(&set, number);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    signal(SIGPIPE, SIG_IGN);
    signals_ = Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    return {};
  }

  // Builds, verifies, starts; the one before leaves when this one serves.
  Result<std::string> new_generation(const Plan& plan) {
    auto built =
        Generation::build(plan, closing_, {state_ + "/root", &sockets_, output_end_.get()});
    if (!built) return fail(built.error());
    const auto held = wishes_.unverified ? Result<std::string>("nobody tried to get out")
                                         : try_to_get_out(*built);
    if (!held) {
      built->stop();
      return fail(held.error());
    }
    if (auto started = built->start(); !started) {
      copy_output();
      built->stop();
      return fail(started.error());
    }
    if (current_) {
      current_->leave();
      leaving_.push_back(std::move(*current_));
    }
    ++number_;
    since_ = time(nullptr);
    current_ = std::move(*built);
    return "generation " + std::to_string(number_) + " serves: built in " +
           std::to_string(std::lround(current_->build_milliseconds())) + " ms, " + *held;
  }

  // An error where something is open that should not be.
  Result<std::string> try_to_get_out(Generation& built) const {
    const auto results = built.verify();
    if (!results) return fail(results.error());
    size_t refused = 0;
    size_t lost = 0;
    std::string open_ones;
    for (const AttemptResult& result : *results) {
      if (result.refused()) ++refused;
      if (result.is_lost && !result.refused() && result.answer != kDoesNotApply) ++lost;
      if (result.is_unexpected())
        open_ones += (open_ones.empty() ? "" : ", ") + std::string(to_string(result.role)) + " " +
                     result.name;
    }
    if (!open_ones.empty()) {
      return fail({"start the jail", wishes_.name, "it does not hold: " + open_ones,
                   "--unverified starts it all the same, and \"stockade jail verify\" shows more",
                   0});
    }
    return std::to_string(refused) + " of " + std::to_string(results->size()) +
           " attempts to get out refused, none unexpectedly open" +
           (lost == 0 ? "" : ", " + std::to_string(lost) + " for want of what is named below");
  }

  void serve_once() {
    std::vector<pollfd> all{{signals_.get(), POLLIN, 0},
                            {control_.get(), POLLIN, 0},
                            {output_.get(), POLLIN, 0},
                            {current_->channel(), POLLIN, 0}};
    poll(all.data(), all.size(), 1000);
    if ((all[0].revents & POLLIN) != 0) take_signals();
    if ((all[2].revents & POLLIN) != 0) copy_output();
    if ((all[1].revents & POLLIN) != 0) answer();
    // Of the generation that was current when we looked.
    if ((all[3].revents & (POLLIN | POLLHUP)) != 0 && all[3].fd == current_->channel())
      hear_generation();
    look_at_host();
  }

  void take_signals() {
    signalfd_siginfo info{};
    while (read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) end();
      if (info.ssi_signo == SIGHUP || info.ssi_signo == SIGUSR1) {
        if (const auto done = reload(); !done) say(done.error().message());
      }
      if (info.ssi_signo == SIGUSR2) (void)swap();
    }
    for (size_t i = 0; i < leaving_.size();) {
      if (waitpid(leaving_[i].process(), nullptr, WNOHANG) == leaving_[i].process()) {
        leaving_.erase(leaving_.begin() + static_cast<ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  void hear_generation() {
    const auto message = receive_message(current_->channel());
    copy_output();
    failure_ = Error{
        "keep up the jail", wishes_.name,
        message ? "a service ended by itself: " + message->text : "its supervisor inside ended",
        "what it said stands in " + state_ + "/output.log and in its error log", 0};
    end();
  }

  void copy_output() {
    std::array<char, 8192> part{};
    for (ssize_t got = 0; (got = read(output_.get(), part.data(), part.size())) > 0;) {
      const std::string_view text(part.data(), static_cast<size_t>(got));
      if (log_) (void)write_all(log_.get(), text, "output.log");
      if (wishes_.foreground || !current_) (void)write_all(STDERR_FILENO, text, "stderr");
    }
  }

  // It lies in memory, and whoever is inside writes it.
  void limit_log() const {
    struct stat status{};
    if (log_ && fstat(log_.get(), &status) == 0 && status.st_size > kLargestLog) {
      if (ftruncate(log_.get(), 0) == 0)
        (void)write_all(log_.get(), "(earlier lines were dropped)\n", "output.log");
    }
  }

  void look_at_host() {
    if (auto kept = current_->keep_relay(); !kept) say(kept.error().message());
    const time_t now = time(nullptr);
    if (now - looked_ < kSecondsBetweenLooks) return;
    looked_ = now;
    limit_log();
    const auto changed = current_->refresh();
    if (changed && *changed) {
      const auto restarted = current_->restart();
      say(restarted ? "a certificate or key was renewed: httpd reads it now"
                    : restarted.error().message());
    }
    const std::vector<std::string> stale = current_->stale();
    if (!stale.empty() && !stale_told_)
      say("files of the host were replaced (" + stale.front() +
          (stale.size() > 1 ? " and others" : "") +
          "): \"stockade jail swap\" starts a generation that has them");
    stale_told_ = !stale.empty();
  }

  void say(const std::string& text) {
    const std::string line = "stockade jail " + wishes_.name + ": " + text + "\n";
    if (log_) (void)write_all(log_.get(), line, "output.log");
    if (wishes_.foreground) (void)write_all(STDERR_FILENO, line, "stderr");
  }

  Result<void> reload() {
    sd_notify(0, "RELOADING=1");
    (void)current_->refresh();
    auto restarted = current_->restart();
    sd_notify(0, "READY=1");
    return restarted;
  }

  Result<std::string> swap() {
    auto plan = wishes_.plan_again();
    if (!plan) return fail(plan.error());
    auto sockets = sockets_for(*plan);
    if (!sockets) return fail(sockets.error());
    std::swap(sockets_, *sockets);
    auto swapped = new_generation(*plan);
    if (!swapped) std::swap(sockets_, *sockets);  // the old one goes on with its own
    return swapped;
  }

  // The sockets stay open over generations; one that is new is opened, one that is gone is closed.
  Result<std::vector<Descriptor>> sockets_for(const Plan& plan) const {
    const Plan& old = current_->plan();
    std::vector<Descriptor> next;
    for (const Endpoint& endpoint : plan.endpoints) {
      bool found = false;
      for (size_t i = 0; i < old.endpoints.size() && i < sockets_.size() && !found; ++i) {
        found = old.endpoints[i].host == endpoint.host && old.endpoints[i].port == endpoint.port;
        if (found) next.emplace_back(fcntl(sockets_[i].get(), F_DUPFD_CLOEXEC, 3));
      }
      if (found) continue;
      Plan one;
      one.endpoints.push_back(endpoint);
      auto opened = open_listeners(one);
      if (!opened) return fail(opened.error());
      next.push_back(std::move(opened->front()));
    }
    return next;
  }

  void end() {
    sd_notify(0, "STOPPING=1");
    for (Generation& one : leaving_) one.stop();
    if (current_) current_->stop();
    copy_output();
    ended_ = true;
  }

  void answer() {
    const Descriptor client(accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        peer.uid != geteuid())
      return;
    pollfd one{client.get(), POLLIN, 0};
    if (poll(&one, 1, 2000) != 1) return;
    const auto message = receive_message(client.get());
    if (!message) return;
    const auto text = answer_to(message->text);
    const std::string whole = text ? "ok\n" + *text : "no\n" + text.error().message();
    for (size_t at = 0; at < whole.size(); at += 8000)
      send_message(client.get(), std::string_view(whole).substr(at, 8000));
  }

  Result<std::string> answer_to(const std::string& question) {
    if (question == "status") return status_text();
    if (question == "items") return told_items(current_->plan());
    if (question == "verify") return current_->verify().map(told_attempts);
    if (question == "swap") return swap();
    if (question == "reload") {
      if (auto done = reload(); !done) return fail(done.error());
      return std::string("httpd reads its configuration anew");
    }
    if (question == "refresh") {
      auto changed = current_->refresh();
      if (!changed) return fail(changed.error());
      if (*changed) {
        if (auto done = current_->restart(); !done) return fail(done.error());
      }
      return std::string(*changed ? "renewed, and read by httpd now" : "nothing had changed");
    }
    if (question == "stop") {
      end();
      return std::string("ended");
    }
    return fail({"answer", question, "no such question", "", 0});
  }

  std::string status_text() const {
    return "generation " + std::to_string(number_) + "\nsupervisor " + std::to_string(getpid()) +
           "\nsince " + std::to_string(since_) + "\nleaving " + std::to_string(leaving_.size()) +
           "\n" + told_generation(*current_);
  }

  void clean() {
    current_.reset();
    if (!control_) return;  // another one's
    for (const char* file : {"/control", "/output.log"}) unlink((state_ + file).c_str());
    rmdir((state_ + "/root").c_str());
    rmdir(state_.c_str());
  }

  SupervisorWishes wishes_;
  Plan first_plan_;
  Closing closing_;
  std::string state_;
  Descriptor control_;
  Descriptor signals_;
  Descriptor output_;
  Descriptor output_end_;
  Descriptor log_;
  std::vector<Descriptor> sockets_;
  std::optional<Generation> current_;
  std::vector<Generation> leaving_;
  bool stale_told_ = false;
  int number_ = 0;
  time_t since_ = 0;
  time_t looked_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace

Result<void> supervise(Plan plan, Closing closing, SupervisorWishes wishes) {
  return Supervisor(std::move(plan), std::move(closing), std::move(wishes)).run();
}

Result<std::string> ask_supervisor(const std::string& directory, const std::string& name,
                                   const std::string& question) {
  const std::string path = directory + "/" + name + "/control";
  const auto address = address_of(path);
  if (!address) return fail(address.error());
  const Descriptor channel(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (connect(channel.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    return fail({"ask the jail", name, errno == EACCES ? "permission denied" : "it is not up",
                 errno == EACCES
                     ? "run as root"
                     : "\"stockade jail up\" starts it; --name and --state name another",
                 errno});
  }
  send_message(channel.get(), question);
  std::string text;
  while (auto message = receive_message(channel.get())) text += message->text;
  if (text.starts_with("ok\n")) return text.substr(3);
  if (text.starts_with("no\n")) return fail({"ask the jail", name, text.substr(3), "", 0});
  return fail({"ask the jail", name, "it gave no answer", "", 0});
}

}  // namespace stockade::jail
