// What a stranger who asks for a file gets: the file, or not.
#pragma once

#include <string>

#include "rules/support/applied_sections.h"
#include "rules/support/authz.h"

namespace stockade::rules {

struct Reach {
  enum class Kind {
    served,     // to everybody
    guarded,    // to some
    refused,    // to nobody: authorization, a redirect, a rewrite or a proxy stands before it
    uncertain,  // `reason` says why
  };
  Kind kind = Kind::served;
  const conf::Directive* decided_by = nullptr;  // null: httpd's default
  std::string reason;
};

// Authorization by Require and by Order/Allow/Deny, Redirect, RedirectMatch, RewriteRule and
// ProxyPass are looked at. Conditions that depend on the request, and .htaccess files that could
// change the answer, make it uncertain.
Reach reach_of(const Snapshot& snapshot, const RequestedFile& file,
               const DirectorySections* index = nullptr);

}  // namespace stockade::rules
