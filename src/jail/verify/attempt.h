// Attempts to get out of the jail, or to gain rights in it: each asks the kernel one question and
// reports its answer. None of them does harm where the answer is yes: arguments are null or
// invalid, nothing of the host is written to, and each runs in a process of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "jail/plan/plan.h"
#include "jail/run/closing.h"

namespace stockade::jail {

// What attempts are told of the world outside.
struct AttemptWorld {
  int outside_process = 0;        // a process outside
  int64_t outside_started = 0;    // when it was started (started_at)
  std::string outside_socket;     // an abstract socket that somebody outside listens at
  Endpoint endpoint;              // an address that somebody outside listens at
  bool may_ask_endpoint = false;  // the site is meant to connect to that port
  bool may_ask_mail = false;      // and to 25
  std::string config_file;
  std::string secret;             // a private key inside; empty: there is none
  std::string log_directory;      // empty: there is none
  std::string content_directory;  // empty: there is none
  std::string httpd;
  std::string php;      // empty: there is none
  std::string library;  // libc
  std::string loader;
  std::string module;
};
AttemptWorld world_of(const Plan& plan);
// Clock ticks since the start of the machine; -1: it cannot be seen. Source: proc_pid_stat(5), 22.
int64_t started_at(int process);

// 0: it worked. Below 0: does not apply here. Else the errno of the refusal.
using Answer = int;
constexpr Answer kOpen = 0;
constexpr Answer kDoesNotApply = -1;
// The kernel looked at the (invalid) arguments: the call itself is not refused.
constexpr Answer kReached = 1000;

// What a jail stands on: its level, and what this kernel and this site leave of it.
struct Ground {
  Level level = Level::strict;
  int landlock = 0;  // the kernel's version of it
  bool own_network = true;
  bool own_users = true;
  bool has_backends = false;  // the site connects to others
};
Ground ground_of(const Plan& plan, const Closing& closing);

// What refuses an attempt besides the means that every kernel has.
enum class Means : uint8_t {
  every_kernel,
  landlock,          // any version
  landlock_cutting,  // 3
  landlock_ports,    // 4
  landlock_scopes,   // 6
  own_users,
  own_network,
  network_or_ports,   // either of them
  network_or_scopes,  // either of them
  no_backends,
};
bool has_means(const Ground& ground, Means means);

struct Attempt {
  std::string_view name;  // "exec-shell"
  std::string_view what;  // "start /bin/sh"
  Answer (*run)(const AttemptWorld& world);
  Level refused_from;       // for workers, CGIs and php
  Level root_refused_from;  // for the master, which is root inside; report: never
  Means means = Means::every_kernel;
  bool only_worker = false;  // of httpd's workers alone it is expected at all
};

// Short, for the tables.
inline constexpr Level kReport = Level::report;
inline constexpr Level kUnit = Level::unit;
inline constexpr Level kChroot = Level::chroot;
inline constexpr Level kFull = Level::full;

std::span<const Attempt> file_attempts();
std::span<const Attempt> program_attempts();
std::span<const Attempt> process_attempts();
std::span<const Attempt> kernel_attempts();
std::span<const Attempt> network_attempts();

struct AttemptResult {
  Role role = Role::worker;
  std::string name;
  Answer answer = 0;
  bool expected_refused = true;
  bool is_lost = false;  // it would be refused if this kernel or this site had the means

  bool refused() const { return answer > 0 && answer != kReached; }
  bool is_unexpected() const { return answer != kDoesNotApply && expected_refused && !refused(); }
};

// Every attempt in that role, as the caller would be if it went that way; the caller itself stays
// as it is. Lines "name answer" are written to `output`. Forks once for each attempt.
void run_attempts(const Closing& closing, const Plan& plan, Role role, const std::string& staging,
                  const AttemptWorld& world, int output);

// "name answer" -> a result, with what was expected of it; nothing where no attempt has that name.
std::optional<AttemptResult> read_attempt_line(std::string_view line, Role role,
                                               const Ground& ground);
const Attempt* find_attempt(std::string_view name);
size_t attempt_count();

// The roles that exist with this plan.
std::vector<Role> roles_of(const Plan& plan);

}  // namespace stockade::jail
