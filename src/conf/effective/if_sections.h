// <If>, <ElseIf> and <Else>. Source: server/request.c (ap_if_walk).
#pragma once

#include "conf/effective/facts.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

struct IfSections {
  Layers layers;
  std::string doubt;
  Place doubt_place;
};

IfSections if_layers(const Layers& around, const expr::Facts& facts);

}  // namespace stockade::conf
