// Whether a request is let in. Source: https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html,
// mod_access_compat.html; modules/aaa/mod_authz_core.c, mod_access_compat.c.
#pragma once

#include "conf/effective/facts.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

struct AccessAnswer {
  Decision decision = Decision::unknown;
  int status = 0;  // 403, 401, 500; 0: let in, or unknown
  std::vector<Reason> because;
  std::string doubt;  // of unknown
  Place doubt_place;
};

AccessAnswer judge_access(const World& world, const Layers& layers, const RequestFacts& facts);

}  // namespace stockade::conf
