// Why a request is not answered with a certain status, and what would have to change.
#pragma once

#include <string>
#include <vector>

#include "conf/effective/effective.h"

namespace stockade::conf {

struct Obstacle {
  std::string what;    // "access is denied by Require all denied"
  std::string change;  // what would have to be otherwise
  std::optional<Said> by;
};

struct WhyNot {
  int wanted = 0;
  bool reached = false;             // it is the status already
  bool known = false;               // what httpd answers is known
  std::vector<Obstacle> obstacles;  // in the order in which the request meets them
};

// `effective` is what predict said of `request`. Obstacles behind the first are those that can be
// told without passing it: a file that is not there, a method that nothing takes.
WhyNot why_not(const World& world, const Request& request, const Effective& effective, int wanted);

}  // namespace stockade::conf
