// The first half of a pass: from the URL to a file's name, a redirect or another server.
// Source: server/request.c (ap_process_request_internal); modules/mappers/mod_rewrite.c.
#pragma once

#include "conf/effective/pass.h"
#include "conf/effective/rewrite.h"

namespace stockade::conf {

// False where the request ends there, or it is not known. Fills `locations` with those that count
// once the file is known. `pass.layers` holds the server's at first, and the first walk's then.
bool find_target(const World& world, RequestFacts& facts, const std::string& raw, bool look,
                 Pass& pass, Layers& locations);

// False where the request ends with what the rules say.
bool take_rewritten(Rewritten& result, RequestFacts& facts, Pass& pass);

}  // namespace stockade::conf
