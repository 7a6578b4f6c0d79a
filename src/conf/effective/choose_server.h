// Which server answers: address and port first, then the name.
// Source: https://httpd.apache.org/docs/2.4/vhosts/details.html; server/vhost.c.
#pragma once

#include <string>

#include "conf/effective/effective.h"

namespace stockade::conf {

struct ChosenServer {
  const Server* server = nullptr;
  std::string because;
  std::string doubt;  // why another one might answer; empty: none
};

ChosenServer choose_server(const Servers& servers, const Request& request);

}  // namespace stockade::conf
