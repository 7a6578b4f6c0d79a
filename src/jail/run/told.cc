#include "jail/run/told.h"

#include <fmt/format.h>

namespace stockade::jail {

std::string told_generation(const Generation& generation) {
  const Plan& plan = generation.plan();
  const Closing& closing = generation.closing();
  std::string text = fmt::format(
      "level {}\nprocess {}\nroot-uid {}\nbuilt-ms {}\nnetwork {}\nusers {}\nlandlock {}\n"
      "backends {}\nworker-filter {}\nconfig {}\n",
      to_string(closing.level), generation.process(), plan.root_uid,
      generation.build_milliseconds(), closing.own_network ? "own" : "host",
      closing.own_users ? "own" : "host", closing.landlock, plan.backends.empty() ? "no" : "yes",
      closing.worker_filter.empty() ? "no" : "yes", plan.config_file);
  for (const auto* losses : {&closing.losses, &plan.losses}) {
    for (const Loss& loss : *losses) text += fmt::format("lost {} ({})\n", loss.what, loss.why);
  }
  for (const std::string& path : generation.stale()) text += fmt::format("stale {}\n", path);
  return text;
}

std::string told_items(const Plan& plan) {
  std::string text;
  for (const Item& item : plan.items)
    text += fmt::format("{}\t{}\t{}\n", to_string(item.kind), item.path, item.source);
  return text;
}

std::string told_attempts(const std::vector<AttemptResult>& results) {
  std::string text;
  for (const AttemptResult& result : results)
    text += fmt::format("{} {} {}\n", to_string(result.role), result.name, result.answer);
  return text;
}

}  // namespace stockade::jail
