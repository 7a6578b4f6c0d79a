// `stockade explain URL`: the way of one request through httpd.
#pragma once

#include <string>

#include "conf/classes/why_not.h"
#include "report/pages.h"

namespace stockade::report {

// The JSON is "stockade/request/1", described in docs/explain-url.md. `why_not` may be null.
std::string render_request(const Snapshot& snapshot, const conf::Request& request,
                           const conf::Effective& effective, const conf::WhyNot* why_not,
                           TextFormat format, const RenderOptions& options);

}  // namespace stockade::report
