#include "conf/versions.h"

#include "base/text.h"

namespace stockade::conf {

bool exists_in(const DirectiveInfo& row, uint32_t version) {
  return row.since <= version && (row.until == 0 || row.until > version);
}

const Replacement* replacement_of(std::string_view name, bool section, uint32_t version) {
  const Replacement* newest = nullptr;
  for (size_t i = 0; i < kReplacementRowCount; ++i) {
    const Replacement& row = kReplacementRows[i];
    if (row.section != section || row.until > version) continue;
    if (!equals_ignoring_case(row.name, name)) continue;
    if (newest == nullptr || row.until > newest->until) newest = &row;
  }
  return newest;
}

}  // namespace stockade::conf
