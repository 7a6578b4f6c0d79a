// Whether a client chooses the host of an absolute URL that a rewrite rule makes.
#pragma once

#include <string>
#include <unordered_set>

#include "rules/support/rewriting.h"

namespace stockade::rules {

class ClientTargets {
 public:
  explicit ClientTargets(const Snapshot& snapshot) : any_name_(servers_for_any_name(snapshot)) {}

  // What of the substitution's scheme and authority a client chooses freely: "$1",
  // "%{HTTP_HOST}". Empty: nothing, or a condition or a pattern limits it. For a redirect,
  // `with_headers` is false: nobody makes a victim's browser send a forged header.
  std::string chosen_by_client(const RewriteScope& scope, const RewriteStep& step,
                               bool with_headers = true) const;

 private:
  std::unordered_set<const conf::Server*> any_name_;
};

}  // namespace stockade::rules
