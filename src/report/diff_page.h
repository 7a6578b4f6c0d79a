// `stockade diff`: what two configurations do differently.
#pragma once

#include <string>

#include "conf/classes/difference.h"
#include "report/pages.h"

namespace stockade::report {

// The JSON is "stockade/diff/1", described in docs/diff.md. `before` and `after` name the two
// sides.
std::string render_difference(const conf::Difference& difference, const std::string& before,
                              const std::string& after, TextFormat format,
                              const RenderOptions& options);

}  // namespace stockade::report
