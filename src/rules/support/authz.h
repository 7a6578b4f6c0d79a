// What the Require, Order, Allow and Deny lines of one section say, by themselves.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html, mod_access_compat.html.
#pragma once

#include <optional>

#include "conf/config.h"

namespace stockade::rules {

enum class Access {
  granted,     // to everybody
  restricted,  // to some: by address, by user, by environment
  denied,      // to everybody
};

struct AuthzAnswer {
  Access access = Access::granted;
  const conf::Directive* decided_by = nullptr;
};

// Of the Require lines and <RequireAll>, <RequireAny>, <RequireNone> directly in `section`, which
// apply when any of them is met; nothing where there are none.
std::optional<AuthzAnswer> required_in(const conf::Directive& section);

// Of Order, Allow and Deny; nothing where there are none.
std::optional<AuthzAnswer> allowed_in(const conf::Directive& section);

}  // namespace stockade::rules
