// Sockets that were opened outside take the place of the Listen lines that ask for them.
#pragma once

extern "C" {
#include <httpd.h>
}

namespace stockade::jail_module {

// Between the reading of the configuration and its use, after the MPM. A Listen line that no socket
// was passed for stays, and httpd binds it itself, or says why it cannot.
void take_listen_lines(apr_pool_t* scratch);

}  // namespace stockade::jail_module
