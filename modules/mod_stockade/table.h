// The shared table as httpd keeps it: made once, in the parent; kept over graceful and ungraceful
// restarts; in a file that the command line can open.
#pragma once

#include "limit/region.h"
#include "mod_stockade/httpd_headers.h"

namespace stockade::module::table {

// Makes the region or takes the one that the last generation left. Null: there is none, and the log
// says why; nothing is limited then.
const limit::Region* open(apr_pool_t* pool, server_rec* s);

// The region of this process, or null.
const limit::Region* current();

// Where a class of this configuration stands in the region: the same name keeps its place when the
// configuration is read anew, so that its counters go on.
uint8_t region_index(uint8_t class_index);

// What the region calls a rule; null where it has none.
const char* name_of(uint8_t region_index);

// Names the classes of this configuration in the region.
void name_classes(const limit::Region& region);

}  // namespace stockade::module::table
