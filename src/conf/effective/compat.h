// Order, Allow, Deny and Satisfy. Source: modules/aaa/mod_access_compat.c, which has no merger: a
// section with any one of them has none of its parents'.
#pragma once

#include <string>
#include <vector>

#include "conf/effective/facts.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

struct CompatAnswer {
  expr::Truth truth = expr::Truth::yes;
  std::string cause;  // of unknown
  Place place;
  std::vector<Reason> because;
};

CompatAnswer judge_compat(const World& world, const Layers& layers, const RequestFacts& facts);
bool satisfies_any(const World& world, const Layers& layers, const RequestFacts& facts);

}  // namespace stockade::conf
