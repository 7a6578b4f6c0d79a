// Require and its containers. What a provider may answer is a set of outcomes, so that one that is
// not known matters only where it decides. Source: modules/aaa/mod_authz_core.c.
#pragma once

#include <string>
#include <vector>

#include "conf/effective/facts.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

enum class Authz : uint8_t { neutral = 1, granted = 2, denied = 4, needs_user = 8 };

struct RequireAnswer {
  Authz outcome = Authz::granted;
  std::vector<Reason> because;
  bool any = false;   // Require in effect
  std::string doubt;  // the outcome is not known
  Place doubt_place;
};

RequireAnswer judge_require(const Layers& layers, const RequestFacts& facts);

// Whether a directive within <Limit> or <LimitExcept> counts for this method.
bool counts_for_method(const Directive& limit, std::string_view method);

}  // namespace stockade::conf
