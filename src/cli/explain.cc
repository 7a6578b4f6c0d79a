#include "audit/own_rules.h"
#include "cli/output.h"
#include "cli/show.h"

namespace stockade::cli {
namespace {

constexpr Example kExamples[] = {
    {"stockade explain server-status-open",
     "what it finds, why, when to ignore it, how to mend it"},
    {"stockade explain server-status-open --format markdown", "the page as it is written"},
};

Words explained() {
  Words ids = rule_ids();
  for (const rules::Rule& rule : audit::own_rules()) ids.push_back(rule.id);
  return ids;
}

Result<int> run(const Arguments& arguments) {
  const auto look = show_options(kExplain, arguments);
  if (!look) return tl::make_unexpected(look.error());
  const rules::Rule* rule = audit::find_any_rule(arguments.word(0));
  return write_stdout(report::render_rule_page(*rule, look->format, look->render)).map([] {
    return int{kClean};
  });
}

}  // namespace

const Command kExplain{
    "explain",
    "show the page of a rule",
    "",
    kExamples,
    kShowOptions,
    {"RULE", "the rule's id, as audit and \"stockade rules\" print it", explained, true},
    run};

}  // namespace stockade::cli
