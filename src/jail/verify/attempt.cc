#include "jail/verify/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "base/descriptor.h"
#include "base/file_system.h"
#include "base/live_file_system.h"
#include "base/text.h"

namespace stockade::jail {
namespace {

constexpr int kLongestAttempt = 3000;  // milliseconds

std::array<std::span<const Attempt>, 5> all_attempts() {
  return {file_attempts(), program_attempts(), process_attempts(), kernel_attempts(),
          network_attempts()};
}

// Runs in the child. Whatever it starts or breaks is its own.
[[noreturn]] void attempt_once(const Closing& closing, const Plan& plan, Role role,
                               const std::string& staging, const AttemptWorld& world,
                               const Attempt& attempt, int answer_to) {
  // What a started program says is nobody's business.
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd) {
    if (nowhere >= 0) dup2(nowhere, fd);
  }
  Answer answer = 0;
  if (auto done = become(closing, plan, role, staging); !done) {
    answer = -2;
  } else {
    answer = attempt.run(world);
  }
  if (write(answer_to, &answer, sizeof answer) != sizeof answer) _exit(9);
  _exit(0);
}

// No answer: the child was ended by the kernel, or another program took its place.
Answer answer_of_ended(int status) {
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGSYS ? EPERM : EINTR;
  return WEXITSTATUS(status) == 127 ? EACCES : kOpen;  // 127: the loader could not load it
}

Answer wait_for(pid_t child, int answers) {
  pollfd one{answers, POLLIN, 0};
  Answer answer = 0;
  ssize_t got = 0;
  if (poll(&one, 1, kLongestAttempt) == 1) got = read(answers, &answer, sizeof answer);
  // A program that was started may run on: it is ended, not waited for.
  int status = 0;
  for (int i = 0; i < 5000 && waitpid(child, &status, WNOHANG) == 0; ++i) {
    if (i == 2500) kill(child, SIGKILL);
    usleep(200);
  }
  return got == sizeof answer ? answer : answer_of_ended(status);
}

Answer try_once(const Closing& closing, const Plan& plan, Role role, const std::string& staging,
                const AttemptWorld& world, const Attempt& attempt) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -2;
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const pid_t child = fork();
  if (child == 0) attempt_once(closing, plan, role, staging, world, attempt, write_end.get());
  write_end.reset();
  return child < 0 ? -2 : wait_for(child, read_end.get());
}

std::string first_path(const Plan& plan, ItemKind kind) {
  for (const Item& item : plan.items) {
    if (item.kind == kind) return item.path;
  }
  return "";
}

}  // namespace

AttemptWorld world_of(const Plan& plan) {
  AttemptWorld world;
  world.config_file = plan.config_file;
  for (const Item& item : plan.items) {
    if (item.kind == ItemKind::secret && item.path.find("key") != std::string::npos)
      world.secret = item.path;
    if (item.kind == ItemKind::library && file_name(item.path) == "libc.so.6")
      world.library = item.path;
  }
  if (world.secret.empty()) world.secret = first_path(plan, ItemKind::secret);
  world.log_directory = first_path(plan, ItemKind::log);
  world.content_directory = first_path(plan, ItemKind::content);
  world.loader = first_path(plan, ItemKind::loader);
  world.module = first_path(plan, ItemKind::module);
  for (const Service& service : plan.services) {
    (service.name == "httpd" ? world.httpd : world.php) = service.program;
  }
  if (!plan.endpoints.empty()) world.endpoint = plan.endpoints.front();
  for (const Backend& backend : plan.backends) {
    world.may_ask_endpoint = world.may_ask_endpoint || backend.port == world.endpoint.port;
    world.may_ask_mail = world.may_ask_mail || backend.port == 25;
  }
  return world;
}

int64_t started_at(int process) {
  const auto text = LiveFileSystem().read("/proc/" + std::to_string(process) + "/stat", 1 << 16);
  if (!text) return -1;
  // The name, in brackets, may hold anything.
  const auto fields = split_words(std::string_view(*text).substr(text->rfind(')') + 1));
  return fields.size() > 19 ? parse_number(fields[19]).value_or(-1) : -1;
}

std::vector<Role> roles_of(const Plan& plan) {
  std::vector<Role> roles{Role::worker};
  if (plan.runs_programs) roles.push_back(Role::cgi);
  if (plan.services.size() > 1) roles.push_back(Role::php);
  roles.push_back(Role::master);
  return roles;
}

void run_attempts(const Closing& closing, const Plan& plan, Role role, const std::string& staging,
                  const AttemptWorld& world, int output) {
  for (const auto& group : all_attempts()) {
    for (const Attempt& attempt : group) {
      const Answer answer = try_once(closing, plan, role, staging, world, attempt);
      const std::string line = std::string(attempt.name) + " " + std::to_string(answer) + "\n";
      if (write(output, line.data(), line.size()) < 0) return;
    }
  }
}

const Attempt* find_attempt(std::string_view name) {
  for (const auto& group : all_attempts()) {
    for (const Attempt& attempt : group) {
      if (attempt.name == name) return &attempt;
    }
  }
  return nullptr;
}

size_t attempt_count() {
  size_t count = 0;
  for (const auto& group : all_attempts()) count += group.size();
  return count;
}

Ground ground_of(const Plan& plan, const Closing& closing) {
  return {closing.level, closing.landlock, closing.own_network, closing.own_users,
          !plan.backends.empty()};
}

bool has_means(const Ground& ground, Means means) {
  switch (means) {
    case Means::every_kernel:
      return true;
    case Means::landlock:
      return ground.landlock >= 1;
    case Means::landlock_cutting:
      return ground.landlock >= 3;
    case Means::landlock_ports:
      return ground.landlock >= 4;
    case Means::landlock_scopes:
      return ground.landlock >= 6;
    case Means::own_users:
      return ground.own_users;
    case Means::own_network:
      return ground.own_network;
    case Means::network_or_ports:
      return ground.own_network || ground.landlock >= 4;
    case Means::network_or_scopes:
      return ground.own_network || ground.landlock >= 6;
    case Means::no_backends:
      return !ground.has_backends;
  }
  return true;
}

std::optional<AttemptResult> read_attempt_line(std::string_view line, Role role,
                                               const Ground& ground) {
  const auto words = split_words(line);
  const Attempt* attempt = words.size() == 2 ? find_attempt(words[0]) : nullptr;
  if (attempt == nullptr) return std::nullopt;
  AttemptResult result;
  result.role = role;
  result.name = words[0];
  std::from_chars(words[1].data(), words[1].data() + words[1].size(), result.answer);
  const Level from = role == Role::master ? attempt->root_refused_from : attempt->refused_from;
  const bool never = role == Role::master && from == Level::report;
  const bool is_due =
      !never && ground.level >= from && (!attempt->only_worker || role == Role::worker);
  result.is_lost = is_due && !has_means(ground, attempt->means);
  result.expected_refused = is_due && !result.is_lost;
  return result;
}

}  // namespace stockade::jail
