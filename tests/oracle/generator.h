// Random configurations from a grammar: every trap of httpd's reading, alone and mixed, valid ones
// and broken ones. The same seed gives the same configuration.
#pragma once

#include <cstdint>

#include "case.h"

namespace stockade::oracle {

Case generate(uint64_t seed);

}  // namespace stockade::oracle
