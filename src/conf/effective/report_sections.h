// The layers of a request as they are told: what each sets, and what that silences.
#pragma once

#include "conf/effective/layers.h"

namespace stockade::conf {

std::vector<AppliedSection> report_sections(const Layers& layers);

}  // namespace stockade::conf
