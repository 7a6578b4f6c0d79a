// Sockets that were opened outside take the place of the Listen lines that ask for them.
#pragma once

extern "C" {
#include <httpd.h>
#include <util_cfgtree.h>
}

namespace stockade::jail_module {

// Between the reading of the configuration and its use, after the MPM. Null, or a Listen line that
// no socket was passed for, where others were, or whose socket cannot be used: httpd would not
// listen there.
const ap_directive_t* take_listen_lines(apr_pool_t* scratch);

}  // namespace stockade::jail_module
