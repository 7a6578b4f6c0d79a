// What makes two findings of two audits the same one, though lines moved in between.
#pragma once

#include <string>
#include <vector>

#include "finding/finding.h"

namespace stockade {

// 16 hexadecimal digits over rule, directive path and normalised argument; not over lines, columns,
// file names of the same tree, or wording. Findings that would be equal get a number behind in
// their order, so every fingerprint of one audit is unique.
void set_fingerprints(std::vector<Finding>& findings);

}  // namespace stockade
