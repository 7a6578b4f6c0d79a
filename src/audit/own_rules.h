// Findings that no rule file makes: of the configuration as a whole and of the administrator's own
// remarks. Each has a page like a rule, without examples.
#pragma once

#include <span>
#include <string_view>

#include "rules/rule.h"

namespace stockade::audit {

// "configuration-refused", "configuration-warning", "suppression-invalid", "suppression-expired",
// "suppression-unused"; family "audit", `check` is null. Sorted by id.
std::span<const rules::Rule> own_rules();

// A rule file's or one of these; null if nobody knows the id. For `explain` and for formats that
// show a rule's page.
const rules::Rule* find_any_rule(std::string_view id);

}  // namespace stockade::audit
