// `stockade matrix`: who gets what, as a table.
#pragma once

#include <string>

#include "conf/classes/matrix.h"
#include "report/pages.h"

namespace stockade::report {

// The JSON is "stockade/matrix/1", described in docs/matrix.md. Classes that behave as their
// parent are in the JSON alone, unless options.show_all.
std::string render_matrix(const conf::Matrix& matrix, TextFormat format,
                          const RenderOptions& options);

}  // namespace stockade::report
