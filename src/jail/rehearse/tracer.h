// Watches which files a program and all that it starts open and execute, by ptrace(2): the kernel
// stops them at those calls alone (SECCOMP_RET_TRACE), everything else runs at full speed.
//
// x86-64 only: the registers of other machines are not read yet.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace stockade::jail {

struct Opened {
  std::string program;  // its name, as "apache2"
  std::string path;     // absolute, as it was asked for
  bool writes = false;
  bool executes = false;
};

class Tracer {
 public:
  using Note = std::function<void(const Opened&)>;
  explicit Tracer(Note note) : note_(std::move(note)) {}

  // In the child that is to be watched, before it executes: never fails silently.
  static bool offer_to_trace();
  // Takes a child that offered itself.
  bool take(pid_t child);
  // Handles what one process of them says; `status` from waitpid(child, &status, __WALL). False: it
  // is none of those that are watched, or it has ended.
  bool handle(pid_t process, int status);
  size_t watched() const { return states_.size(); }

 private:
  struct State {
    bool in_call = false;
    Opened call;
  };
  void enter_call(pid_t process, State& state);
  void leave_call(pid_t process, State& state);

  Note note_;
  std::map<pid_t, State> states_;
};

}  // namespace stockade::jail
