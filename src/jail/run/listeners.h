// The listening sockets: opened outside by the supervisor, as httpd would, and passed in.
#pragma once

#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

Result<std::vector<Descriptor>> open_listeners(const Plan& plan);

}  // namespace stockade::jail
