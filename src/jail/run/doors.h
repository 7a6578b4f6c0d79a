// The network of a jail is empty; what the site is meant to connect to is reached by doors in it:
// inside, a socket listens at the address that the site asks for; outside, a relay carries what
// comes there to the real one. The jail keeps no way to any other address.
#pragma once

#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

// Lines of the jail's /etc/hosts: backends that are known by a name have an address of their own
// inside, and the relay asks for the real one at each connection.
std::string hosts_of_doors(const Plan& plan);

struct Door {
  Descriptor listener;
  size_t backend = 0;  // in plan.backends
};
// In the jail's network, with the right to set it up.
Result<std::vector<Door>> open_doors(const Plan& plan);

// Starts the relay, a process that is nobody; it ends when the returned descriptor is closed.
Result<Descriptor> start_relay(const Plan& plan, const std::vector<Door>& doors);

}  // namespace stockade::jail
