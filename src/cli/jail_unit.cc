// Units of systemd out of the plan.
#include <fmt/format.h>

#include <filesystem>

#include "base/write_file.h"
#include "cli/jail_target.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "jail/unit/unit.h"

namespace stockade::cli {
namespace {

Words unit_kinds() { return {"hardened", "closed", "unprivileged", "supervised"}; }

constexpr Option kJailUnitOptions[] = {
    {"--kind", "KIND", "hardened, closed, unprivileged or supervised (default: hardened)",
     Option::Takes::one, unit_kinds},
    {"--into", "DIR",
     "write the units, and the files that they bind in, below DIR as they belong below /"},
    kConfigOption,
    kDefineOption,
    kJailNameOption,
    kAlsoOption,
    kWritableOption,
    kConnectToOption,
    kMailOption,
    kLearnedOption,
    kJailModuleOption,
};

Result<void> write_below(const std::string& root, const std::string& path, const std::string& text,
                         unsigned mode) {
  std::error_code failed;
  const std::string file = root + path;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), failed);
  if (failed) return fail_errno("make the directory of", file, failed.value());
  return write_file(file, text, mode);
}

Result<int> run_jail_unit(const Arguments& arguments) {
  const auto plan = obtain_plan("jail unit", arguments);
  if (!plan) return tl::make_unexpected(plan.error());
  const std::string wish = arguments.has("--kind") ? arguments.value("--kind") : "hardened";
  const Words kinds = unit_kinds();
  const auto found = std::find(kinds.begin(), kinds.end(), wish);
  if (found == kinds.end())
    return usage_error("jail unit", "--kind wants hardened, closed, unprivileged or supervised");
  const std::string name = jail_name(arguments);
  const auto units =
      jail::make_units(*plan, static_cast<jail::UnitKind>(found - kinds.begin()), name);
  if (!arguments.has("--into")) {
    std::string text;
    for (const jail::UnitFile& unit : units)
      text += (units.size() > 1 ? "# " + unit.name + "\n" : "") + unit.text + "\n";
    return write_stdout(text).map([] { return int{kClean}; });
  }
  const std::string root = arguments.value("--into") == "/" ? "" : arguments.value("--into");
  std::string told;
  for (const jail::UnitFile& unit : units) {
    const std::string path = "/etc/systemd/system/" + unit.name;
    if (auto written = write_below(root, path, unit.text, 0644); !written)
      return tl::make_unexpected(written.error());
    told += root + path + "\n";
  }
  for (const jail::Item& item : plan->items) {
    if (item.kind != jail::ItemKind::generated) continue;
    if (auto written =
            write_below(root, jail::made_directory(name) + item.path, item.content, item.mode);
        !written)
      return tl::make_unexpected(written.error());
  }
  std::error_code failed;
  std::filesystem::create_directories(root + "/var/lib/stockade/jail/" + name + "/root", failed);
  told += fmt::format(
      "{}{}\n\"systemctl daemon-reload\" and \"systemctl start {}\" come next; to undo it, remove "
      "these files.\n",
      root, jail::made_directory(name), units.front().name);
  return write_stdout(told).map([] { return int{kClean}; });
}

constexpr Example kJailUnitExamples[] = {
    {"stockade jail unit", "a hardened unit for this Apache, to read"},
    {"sudo stockade jail unit --kind closed --into /", "a jail made by systemd alone, installed"},
    {"stockade jail unit --kind supervised", "a unit that keeps \"stockade jail up\""},
};

}  // namespace

const Command kJailUnit{
    "jail unit",
    "print units of systemd that close httpd in",
    "hardened keeps the host's root and network; closed has a root of its own and gets its sockets "
    "passed in; unprivileged is never root, so the keys have to be readable by the site's account; "
    "supervised leaves it to \"stockade jail up\".",
    kJailUnitExamples,
    kJailUnitOptions,
    {},
    run_jail_unit};

}  // namespace stockade::cli
