// The names of mod_evasive. A configuration made for it says <IfModule mod_evasive20.c> and may
// load this module as evasive20_module: both have to be true.
#pragma once

#include "mod_stockade/httpd_headers.h"

namespace stockade::module {

void register_hooks(apr_pool_t* pool);

// Makes <IfModule mod_evasive20.c> and mod_evasive24.c true, unless mod_evasive itself is loaded.
void answer_to_evasive_names(apr_pool_t* pool);

}  // namespace stockade::module
