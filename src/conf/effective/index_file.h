// A folder's slash, its index file, and a fallback for what is not there.
// Source: modules/mappers/mod_dir.c.
#pragma once

#include "conf/effective/pass.h"

namespace stockade::conf {

// Goes on from a pass that has reached its handler; `pass` and `facts` become those of the file
// that is taken.
void look_for_index(const World& world, Pass& pass, RequestFacts& facts);

}  // namespace stockade::conf
