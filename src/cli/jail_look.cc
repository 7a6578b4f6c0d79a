// Looking at a jail, planned or running.
#include <fmt/format.h>

#include <charconv>
#include <ctime>

#include "base/text.h"
#include "cli/jail_target.h"
#include "cli/output.h"
#include "cli/show.h"
#include "jail/run/supervisor.h"
#include "report/jail_page.h"

namespace stockade::cli {
namespace {

constexpr Option kJailPlanOptions[] = {
    kLevelOption,
    kConfigOption,
    kDefineOption,
    kJailNameOption,
    kAlsoOption,
    kWritableOption,
    kConnectToOption,
    kMailOption,
    kWithoutOption,
    kLearnedOption,
    kJailModuleOption,
    kPageFormatOption,
    {"--all", "", "every library and module"},
    kColourOption,
    kWidthOption,
};

Result<int> run_plan(const Arguments& arguments) {
  const auto look = show_options(kJailPlan, arguments);
  if (!look) return tl::make_unexpected(look.error());
  const auto level = jail_level("jail plan", arguments);
  if (!level) return tl::make_unexpected(level.error());
  const auto plan = obtain_plan("jail plan", arguments);
  if (!plan) return tl::make_unexpected(plan.error());
  auto closing = jail::make_closing(*plan, *level);
  if (!closing) {
    // A plan may be looked at by anybody.
    jail::Closing unknown;
    unknown.level = *level;
    unknown.losses.push_back({"what this kernel can do", closing.error().cause});
    closing = unknown;
  }
  return write_stdout(report::render_jail_plan(*plan, *closing, look->format, look->render))
      .map([] { return int{kClean}; });
}

struct JailStatus {
  std::vector<std::pair<std::string, std::string>> lines;
  std::string value(std::string_view name) const {
    for (const auto& [key, text] : lines) {
      if (key == name) return text;
    }
    return "";
  }
  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& [key, text] : lines) {
      if (key == name) found.push_back(text);
    }
    return found;
  }
};

Result<JailStatus> status_of(const Arguments& arguments) {
  const auto text = jail::ask_supervisor(jail_state(arguments), jail_name(arguments), "status");
  if (!text) return tl::make_unexpected(text.error());
  JailStatus status;
  for (const std::string_view line : split(*text, '\n')) {
    const size_t blank = line.find(' ');
    if (blank != std::string_view::npos)
      status.lines.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
  return status;
}

constexpr Option kJailVerifyOptions[] = {
    kJailNameOption,   kJailStateOption,
    kPageFormatOption, {"--all", "", "every attempt, not those alone that were open"},
    kColourOption,     kWidthOption,
};

jail::Role role_named(std::string_view name) {
  for (const jail::Role role :
       {jail::Role::master, jail::Role::worker, jail::Role::cgi, jail::Role::php}) {
    if (to_string(role) == name) return role;
  }
  return jail::Role::worker;
}

jail::Ground ground_of(const JailStatus& status) {
  jail::Ground ground;
  ground.level = jail::parse_level(status.value("level")).value_or(jail::Level::strict);
  ground.landlock = static_cast<int>(parse_number(status.value("landlock")).value_or(0));
  ground.own_network = status.value("network") == "own";
  ground.own_users = status.value("users") == "own";
  ground.has_backends = status.value("backends") == "yes";
  return ground;
}

Result<std::vector<jail::Item>> items_of_running(const Arguments& arguments) {
  const auto text = jail::ask_supervisor(jail_state(arguments), jail_name(arguments), "items");
  if (!text) return tl::make_unexpected(text.error());
  std::vector<jail::Item> items;
  for (const std::string_view line : split(*text, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() != 3) continue;
    jail::Item item;
    item.kind = jail::parse_item_kind(fields[0]).value_or(jail::ItemKind::data);
    item.path = fields[1];
    item.source = fields[2];
    items.push_back(std::move(item));
  }
  return items;
}

Result<int> run_verify(const Arguments& arguments) {
  const auto look = show_options(kJailVerify, arguments);
  if (!look) return tl::make_unexpected(look.error());
  const auto status = status_of(arguments);
  if (!status) return tl::make_unexpected(status.error());
  const auto text = jail::ask_supervisor(jail_state(arguments), jail_name(arguments), "verify");
  if (!text) return tl::make_unexpected(text.error());
  report::JailVerification verification;
  const jail::Ground ground = ground_of(*status);
  verification.level = ground.level;
  verification.lost = status->all("lost");
  for (const std::string_view line : split(*text, '\n')) {
    const size_t blank = line.find(' ');
    if (blank == std::string_view::npos) continue;
    auto result =
        jail::read_attempt_line(line.substr(blank + 1), role_named(line.substr(0, blank)), ground);
    if (result) verification.attempts.push_back(std::move(*result));
  }
  auto items = items_of_running(arguments);
  if (!items) return tl::make_unexpected(items.error());
  jail::InventoryTask task;
  task.process = static_cast<int>(parse_number(status->value("process")).value_or(0));
  task.ground = ground;
  task.root_uid = static_cast<uint32_t>(parse_number(status->value("root-uid")).value_or(0));
  task.worker_filter = status->value("worker-filter") == "yes";
  task.items = std::move(*items);
  auto proofs = jail::take_inventory(task);
  if (!proofs) return tl::make_unexpected(proofs.error());
  verification.proofs = std::move(*proofs);
  bool holds = true;
  for (const auto& result : verification.attempts) holds = holds && !result.is_unexpected();
  for (const auto& proof : verification.proofs) holds = holds && (proof.holds || !proof.expected);
  return write_stdout(report::render_jail_verification(verification, look->format, look->render))
      .map([&] { return holds ? int{kClean} : int{kFindings}; });
}

constexpr Option kJailStatusOptions[] = {kJailNameOption, kJailStateOption};

Result<int> run_jail_status(const Arguments& arguments) {
  const auto status = status_of(arguments);
  if (!status) return tl::make_unexpected(status.error());
  const time_t since = static_cast<time_t>(parse_number(status->value("since")).value_or(0));
  char when[32] = {};
  tm local{};
  if (localtime_r(&since, &local) != nullptr) strftime(when, sizeof when, "%F %T", &local);
  std::string text = fmt::format(
      "The jail {} is up: level {}, generation {}, since {}.\n  configuration  {}\n  process 1 in "
      "it is {} here, its supervisor {}\n",
      jail_name(arguments), status->value("level"), status->value("generation"), when,
      status->value("config"), status->value("process"), status->value("supervisor"));
  if (status->value("leaving") != "0")
    text +=
        fmt::format("  {} older generation(s) finish their requests\n", status->value("leaving"));
  for (const std::string& lost : status->all("lost"))
    text += fmt::format("  not to be had: {}\n", lost);
  const auto stale = status->all("stale");
  if (!stale.empty()) {
    text += fmt::format(
        "  stale: {} file(s) were replaced on the host since; \"stockade jail swap\" brings them "
        "in\n",
        stale.size());
    for (size_t i = 0; i < stale.size() && i < 5; ++i) text += "    " + stale[i] + "\n";
  }
  return write_stdout(text).map([&] { return stale.empty() ? int{kClean} : int{kFindings}; });
}

constexpr Example kJailPlanExamples[] = {
    {"stockade jail plan", "what would be in the jail, and why"},
    {"stockade jail plan --format json", "the same for a program"}};
constexpr Example kJailVerifyExamples[] = {
    {"sudo stockade jail verify", "try to get out, in every role"},
    {"sudo stockade jail verify --format json", "the same for a program"}};
constexpr Example kJailStatusExamples[] = {
    {"sudo stockade jail status", "what is up, what is lost, what is stale"}};

}  // namespace

const Command kJailPlan{"jail plan",
                        "show what would be in the jail, and why",
                        "Reads the configuration, the programs and their libraries; changes "
                        "nothing and starts nothing.",
                        kJailPlanExamples,
                        kJailPlanOptions,
                        {},
                        run_plan};
const Command kJailVerify{
    "jail verify",
    "try to get out of a running jail, and look at it from outside",
    "Every attempt asks the kernel one harmless question, in a process that stands where a worker, "
    "a CGI, php-fpm or the master stands. Ends with 1 where something is open that should not be.",
    kJailVerifyExamples,
    kJailVerifyOptions,
    {},
    run_verify};
const Command kJailStatus{"jail status",
                          "show a running jail",
                          "Ends with 1 where the jail holds files that the host has replaced.",
                          kJailStatusExamples,
                          kJailStatusOptions,
                          {},
                          run_jail_status};

}  // namespace stockade::cli
