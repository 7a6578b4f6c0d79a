// Random tables of virtual hosts: addresses of every kind that overlap, names, aliases, none.
#pragma once

#include <cstdint>

#include "case.h"

namespace stockade::oracle {

Case generate_hosts(uint64_t seed);

}  // namespace stockade::oracle
