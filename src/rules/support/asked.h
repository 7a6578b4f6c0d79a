// What httpd answers to an example of a class of URLs: the effective engine over a snapshot.
#pragma once

#include "conf/classes/classes.h"
#include "conf/classes/outcome.h"
#include "host/snapshot.h"

namespace stockade::rules {

// The classes of URLs of every server, computed once. The disk is not listed: what lies in served
// trees stands in snapshot.paths already.
const conf::PathClasses& url_classes(const Snapshot& snapshot);

// What a stranger gets from this server. Costs what the servers number: ask about few.
conf::Outcome asked(const Snapshot& snapshot, const conf::Server& server, const std::string& path,
                    const std::string& method = "GET");

}  // namespace stockade::rules
