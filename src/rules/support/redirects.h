// Servers that send every request elsewhere.
#pragma once

#include <string>

#include "host/snapshot.h"

namespace stockade::rules {

struct Redirection {
  enum class Kind {
    none,
    everything,  // save for what a certificate authority asks for
    uncertain,   // some requests, or it depends: `directive` decides, or `reason` says why
  };
  Kind kind = Kind::none;
  bool to_https = false;
  const conf::Directive* directive = nullptr;
  std::string reason;
};

// Redirect, RedirectMatch and RewriteRule directly in the server and in its <Location />; what
// stands in other sections or in the .htaccess of its DocumentRoot makes it uncertain.
Redirection redirection_of(const Snapshot& snapshot, const conf::Server& server);

// Whether every Listen that leads to this server is on a loopback address: then strangers reach it
// only through another server in front.
bool only_from_this_machine(const Snapshot& snapshot, const conf::Server& server);

}  // namespace stockade::rules
