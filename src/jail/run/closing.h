// How far a jail is closed on this kernel: what was asked for, what it can give, what is lost.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

struct Closing {
  Level level = Level::strict;
  int landlock = 0;           // the kernel's version of it; 0: none
  bool own_network = true;    // an empty network namespace
  bool relays = false;        // what the site connects to is reached by doors in it
  bool own_users = true;      // a user namespace: the jail's root is nobody outside
  std::string whole_filter;   // for everything inside
  std::string worker_filter;  // for httpd's workers; empty below Level::strict
  std::vector<Loss> losses;
};

// Asks the kernel, by trying: a child makes each namespace and ends. An error where the level
// cannot hold at all; it names the best that can.
Result<Closing> make_closing(const Plan& plan, Level level);

// --- inside, in this order
// ------------------------------------------------------------------------

// Capabilities, no_new_privs, memory, system calls: of PID 1 and all that it starts.
Result<void> close_in(const Closing& closing);

// Who of those inside a process is.
enum class Role : uint8_t { master, worker, cgi, php };
std::string_view to_string(Role role);

// What a service may open and start; then it is executed.
Result<void> close_in_service(const Closing& closing, const Plan& plan, bool is_php);

// The rest of the way that httpd (or php-fpm) goes by itself before it serves: for the verifier,
// which is none of them and has to stand where they stand.
Result<void> become(const Closing& closing, const Plan& plan, Role role,
                    const std::string& staging);

// What may be started inside once the configuration is read: for the module.
std::vector<std::string> programs_of(const Plan& plan);

}  // namespace stockade::jail
