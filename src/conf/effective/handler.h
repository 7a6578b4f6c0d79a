// Which handler answers, and with what status. Source: modules/http/mod_mime.c, server/core.c
// (core_override_type, default_handler), modules/generators/.
#pragma once

#include "conf/effective/pass.h"

namespace stockade::conf {

// Fills Pass::handler from SetHandler, AddHandler and ScriptAlias; empty: httpd's own, by type.
void choose_handler(const World& world, Pass& pass);

struct Answered {
  int status = 0;
  std::string file;   // that is sent
  std::string doubt;  // the status is not known
  Place doubt_place;
};
// What the handler answers to the method.
Answered answer(const World& world, const Pass& pass, std::string_view method);

}  // namespace stockade::conf
