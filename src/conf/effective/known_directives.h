// Which directives the prediction takes into account, and which cannot change what it says. Every
// other one in effect makes the outcome unknown.
#pragma once

#include <string_view>

#include "conf/config.h"

namespace stockade::conf {

bool is_accounted_for(const Directive& d);
// Of these, one that the prediction looks at.
bool is_evaluated(const Directive& d);
// One that sections and .htaccess files may hold.
bool is_per_request(const Directive& d);

}  // namespace stockade::conf
