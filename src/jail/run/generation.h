// One jail with its httpd, seen from outside. A new generation may be started beside it on the same
// sockets; then the old one leaves.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "jail/plan/plan.h"
#include "jail/run/closing.h"
#include "jail/run/doors.h"
#include "jail/run/messages.h"
#include "jail/verify/attempt.h"

namespace stockade::jail {

class Generation {
 public:
  struct Surroundings {
    std::string staging;                     // an empty directory
    const std::vector<Descriptor>* sockets;  // listening
    int output;                              // what the services say goes there
  };

  // Builds the jail; nothing runs in it yet but its supervisor. `closing` may lose something here
  // that only trying shows.
  static Result<Generation> build(Plan plan, Closing closing, const Surroundings& around);

  // Every attempt in every role that the plan has.
  Result<std::vector<AttemptResult>> verify();
  // Starts the services and waits until a worker of httpd is closed in and serves.
  Result<void> start();

  // Starts the relay of the doors where it does not run.
  Result<void> keep_relay();
  // Gracefully, and only where httpd takes the configuration as it is now.
  Result<void> restart();
  void leave();  // when its requests are done
  void stop();   // now

  // Renews the private keys; true: one had changed.
  Result<bool> refresh();
  std::vector<std::string> stale() const;

  pid_t process() const { return process_; }
  int channel() const { return channel_.get(); }
  const Plan& plan() const { return plan_; }
  const Closing& closing() const { return closing_; }
  double build_milliseconds() const { return milliseconds_; }

 private:
  Result<std::string> wait_for(std::string_view word, int seconds, Descriptor* file = nullptr);
  void note_door(Message& message);
  Result<void> launch(const Surroundings& around);
  Result<void> make_namespaces();

  Plan plan_;
  Closing closing_;
  pid_t process_ = 0;
  Descriptor channel_;
  Descriptor ready_;
  Descriptor secrets_;
  Descriptor outside_listener_;
  Descriptor user_namespace_;  // until it is entered
  Descriptor owner_map_;
  std::vector<Door> doors_;
  Descriptor relay_;  // ends it when it is closed
  AttemptWorld world_;
  std::vector<std::string> copied_;
  double milliseconds_ = 0;
};

}  // namespace stockade::jail
