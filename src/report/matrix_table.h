// The access matrix for people.
#pragma once

#include <string>

#include "conf/classes/matrix.h"
#include "report/report.h"

namespace stockade::report {

std::string matrix_table(const conf::Matrix& matrix, const RenderOptions& options);
std::string matrix_markdown(const conf::Matrix& matrix, const RenderOptions& options);

}  // namespace stockade::report
