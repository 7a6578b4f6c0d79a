// What is shown apart from an audit: a rule's page, the list of rules, how a benchmark is answered.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "audit/compliance.h"
#include "report/report.h"
#include "rules/rule.h"

namespace stockade::report {

enum class TextFormat : uint8_t { terminal, json, markdown };
std::optional<TextFormat> parse_text_format(std::string_view name);

// `stockade explain RULE`: schema "stockade/rule/1".
std::string render_rule_page(const rules::Rule& rule, TextFormat format,
                             const RenderOptions& options);

// `stockade rules`: schema "stockade/rules/1".
std::string render_rules(std::span<const rules::Rule> rules, TextFormat format,
                         const RenderOptions& options);

// `stockade coverage --against cis`: schema "stockade/coverage/1".
std::string render_coverage(const Snapshot& snapshot, const audit::Coverage& coverage,
                            TextFormat format, const RenderOptions& options);

}  // namespace stockade::report
