#include "audit/own_rules.h"
#include "cli/explain_url.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/settings.h"
#include "cli/show.h"
#include "cli/url.h"

namespace stockade::cli {
namespace {

constexpr Example kExplainExamples[] = {
    {"stockade explain server-status-open",
     "what it finds, why, when to ignore it, how to mend it"},
    {"stockade explain server-status-open --format markdown", "the page as it is written"},
    {"stockade explain http://shop.example/admin/ --from 203.0.113.9",
     "what httpd does with a request, and which lines had a say"},
    {"stockade explain https://shop.example/ --connect 192.0.2.1:443 --header 'Accept: */*'",
     "connected to another address than the name's"},
    {"stockade explain http://shop.example/admin/ --from 203.0.113.9 --why-not 200",
     "which lines stand in the way of that status, and what would have to change"},
};

Words explained() {
  Words ids = rule_ids();
  for (const rules::Rule& rule : audit::own_rules()) ids.push_back(rule.id);
  return ids;
}

Result<int> run_explain(const Arguments& arguments) {
  const auto look = show_options(kExplain, arguments);
  if (!look) return tl::make_unexpected(look.error());
  if (looks_like_url(arguments.word(0))) {
    Arguments completed = arguments;
    if (auto done = complete(kExplain, completed); !done) return tl::make_unexpected(done.error());
    return explain_url(kExplain, completed, *look);
  }
  for (const Option& option : kRequestOptions) {
    if (option.help.starts_with("of a URL") && arguments.has(option.name)) {
      return usage_error(kExplain.name, std::string(option.name) + " goes with a URL");
    }
  }
  const rules::Rule* rule = audit::find_any_rule(arguments.word(0));
  return write_stdout(report::render_rule_page(*rule, look->format, look->render)).map([] {
    return int{kClean};
  });
}

}  // namespace

const Command kExplain{
    "explain",
    "show the page of a rule, or what httpd does with a URL",
    "Of a URL it tells which virtual host answers, how the path is mapped to a file, which "
    "sections "
    "apply in which order and what each overrides, who is let in and why, and what is sent. httpd "
    "is neither run nor asked. What cannot be known without running it is said to be unknown, with "
    "the cause, and the exit code is then 3. A --config file within a copied tree stands for the "
    "tree.",
    kExplainExamples,
    kRequestOptions,
    {"RULE|URL", "the rule's id, as audit and \"stockade rules\" print it, or a URL", explained,
     true, false, looks_like_url},
    run_explain};

}  // namespace stockade::cli
