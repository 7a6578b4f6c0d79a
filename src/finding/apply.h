// Applies edits to texts, all or none.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "finding/finding.h"

namespace stockade {

using Texts = std::map<std::string, std::string, std::less<>>;  // path -> content

// Offsets are those of the texts as given. Equal edits count once (two findings may ask for the
// same change); insertions at one offset stand in the order given. Edits that overlap, lie outside
// their text, or name a file that is not there are an error, and `texts` stays as it was.
Result<Texts> apply_edits(const Texts& texts, const std::vector<Edit>& edits);

}  // namespace stockade
