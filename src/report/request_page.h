// `stockade explain URL`: the way of one request through httpd.
#pragma once

#include <string>

#include "conf/effective/effective.h"
#include "report/pages.h"

namespace stockade::report {

// The JSON is "stockade/request/1", described in docs/explain-url.md.
std::string render_request(const Snapshot& snapshot, const conf::Request& request,
                           const conf::Effective& effective, TextFormat format,
                           const RenderOptions& options);

}  // namespace stockade::report
