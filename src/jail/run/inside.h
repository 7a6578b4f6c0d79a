// The supervisor's half inside: process 1 of the jail. It builds the jail around itself, closes
// itself in, starts the services, passes signals on and collects what ends.
//
// Told by messages (messages.h) from the half outside, and answers with them:
//   -> "verify ROLE" + file    attempts to get out, their answers into the file   <- "verified"
//   -> "start"                 the services                                       <- "started"
//   -> "signal N SERVICE"
//   -> "leave"                 httpd finishes its requests, then everything ends
//   -> "stop"                  everything ends now
//   <- "built" + file          the directory of private keys, to be renewed from outside
//   <- "failed TEXT"
//   <- "gone SERVICE STATUS"
#pragma once

#include <string>
#include <vector>

#include "base/descriptor.h"
#include "jail/plan/plan.h"
#include "jail/run/closing.h"
#include "jail/verify/attempt.h"

namespace stockade::jail {

struct InsideTask {
  const Plan* plan = nullptr;
  const Closing* closing = nullptr;
  std::string staging;
  int user_namespace = -1;  // to be entered; -1: none
  int owner_map = -1;       // to see mounts through; -1: as they are
  int channel = -1;
  int ready = -1;   // the module writes to it
  int output = -1;  // what the services say
  std::vector<int> sockets;
  AttemptWorld world;
};

// Numbers that passed files have inside: high, for the program may hold low ones itself.
constexpr int kFirstSocket = 200;
constexpr int kReadyFile = 199;

// Never returns: the process ends with the jail.
[[noreturn]] void run_inside(const InsideTask& task);

// What is executed for a service at that level: arguments and environment.
struct Invocation {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
};
Invocation invocation_of(const Plan& plan, const Service& service, Level level,
                         const std::string& staging, size_t sockets);

}  // namespace stockade::jail
