// What shows that requests reach httpd through a proxy in front of it, which hides the client.
#pragma once

#include <string>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

struct FrontProxy {
  bool seen = false;
  bool on_this_machine = false;                // its requests come from 127.0.0.1
  const conf::Directive* directive = nullptr;  // the line that shows it, or null
  std::string what;                            // "nginx listens at 0.0.0.0:80"
};

// A process that is known as a proxy holds a public port 80 or 443; or a log format in use records
// the X-Forwarded-For header.
FrontProxy front_proxy(const Snapshot& snapshot);

// Whether every Listen of httpd is at a loopback address.
bool listens_on_loopback_only(const Snapshot& snapshot);
bool is_loopback(std::string_view address);

// Whether mod_remoteip gives this server the client's own address.
bool knows_the_client(const conf::Server& server);

}  // namespace stockade::rules
