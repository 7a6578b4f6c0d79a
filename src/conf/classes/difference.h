// What two configurations do differently, for every class of URLs of either.
#pragma once

#include <string>
#include <vector>

#include "conf/classes/outcome.h"

namespace stockade::conf {

struct Change {
  std::string what;  // "access", "handler", "file", "redirect", "status", "header Name"
  std::string vhost;
  std::string path;                  // the class
  std::string url;                   // an example of it
  std::vector<std::string> clients;  // whom it concerns
  std::string before;                // empty: there was none
  std::string after;
  bool wider = false;  // somebody gets what he did not get before
  Said before_by;      // the line that decided
  Said after_by;
};

struct NotCompared {
  std::string vhost;
  std::string path;
  std::string cause;
  Place place;
};

struct Difference {
  std::vector<std::string> appeared;  // virtual hosts
  std::vector<std::string> vanished;
  std::vector<Change> changes;  // wider ones first
  std::vector<NotCompared> not_compared;
  size_t classes = 0;  // that were compared
  std::vector<std::string> unlisted;

  bool wider() const { return !changes.empty() && changes.front().wider; }
};

// Requests to a virtual host that one side lacks are answered there by whoever answers them.
Difference compare(const World& before, const World& after);

}  // namespace stockade::conf
