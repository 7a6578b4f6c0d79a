#include <fmt/format.h>

#include "cli/output.h"
#include "cli/settings.h"

namespace stockade::cli {
namespace {

constexpr Example kSettingsExamples[] = {
    {"stockade settings", "what is in force, and where it comes from"},
    {"STOCKADE_PROFILE=cis stockade settings", "the same with a variable set"},
};

Result<int> run_settings(const Arguments&) {
  const auto settings = load_settings();
  if (!settings) return tl::make_unexpected(settings.error());
  std::string text = fmt::format("# {0}/stockade.toml and {0}/conf.d/*.toml\n", settings_folder());
  for (const Setting& setting : all_settings()) {
    const SettingValue& value = settings->find(setting.key)->second;
    const std::string shown =
        setting.list ? fmt::format("{}", fmt::join(value.values, ",")) : value.text();
    text +=
        fmt::format("{:<16} {:<12} {}\n", setting.key, shown.empty() ? "-" : shown, value.origin);
  }
  return write_stdout(text).map([] { return int{kClean}; });
}

}  // namespace

const Command kSettings{
    "settings",
    "show Stockade's own settings, and where each comes from",
    "A flag wins over an environment variable, that over /etc/stockade/conf.d/*.toml in order of "
    "name, that over /etc/stockade/stockade.toml, that over the default. STOCKADE_SETTINGS names "
    "another folder than /etc/stockade.",
    kSettingsExamples,
    {},
    {},
    run_settings};

}  // namespace stockade::cli
