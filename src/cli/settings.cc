#include "cli/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "cli/parse.h"
#include "cli/settings_file.h"

extern char** environ;

namespace stockade::cli {
namespace {

constexpr Setting kKnown[] = {
    {"audit.config", "STOCKADE_CONFIG", "", "Apache's main configuration file"},
    {"audit.define", "STOCKADE_DEFINE", "", "names that httpd is started with as -D NAME", true},
    {"audit.except", "STOCKADE_EXCEPT", "", "rules and families to leave out", true,
     rules_and_families},
    {"audit.fail-on", "STOCKADE_FAIL_ON", "high", "the severity from which audit exits with 1",
     false, severity_names},
    {"audit.format", "STOCKADE_FORMAT", "terminal", "how audit shows what it found", false,
     format_names},
    {"audit.only", "STOCKADE_ONLY", "", "rules and families to run, no others", true,
     rules_and_families},
    {"audit.profile", "STOCKADE_PROFILE", "default", "which strict numbers count as findings",
     false, profile_names},
    {"terminal.color", "STOCKADE_COLOR", "auto", "colours: auto, always, never", false,
     colour_names},
    {"terminal.width", "STOCKADE_WIDTH", "", "columns; empty: the terminal's own"},
};

const Setting* find_setting(std::string_view key) {
  for (const Setting& setting : kKnown) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

tl::unexpected<Error> wrong(const std::string& origin, std::string cause, std::string remedy) {
  return fail({"use the setting in", origin, std::move(cause), std::move(remedy)});
}

Result<void> check(const Setting& setting, const SettingValue& value) {
  if (setting.choices == nullptr) return {};
  const Words accepted = setting.choices();
  for (const std::string& given : value.values) {
    if (std::find(accepted.begin(), accepted.end(), given) != accepted.end()) continue;
    return wrong(value.origin, fmt::format("{} cannot be \"{}\"", setting.key, given),
                 accepted.size() <= 12 ? fmt::format("accepted are {}", fmt::join(accepted, ", "))
                                       : did_you_mean(given, accepted));
  }
  return {};
}

Result<void> put(Settings& settings, std::string_view key, SettingValue value) {
  const Setting* setting = find_setting(key);
  if (setting == nullptr) {
    Words keys;
    for (const Setting& known : kKnown) keys.push_back(known.key);
    return wrong(value.origin, fmt::format("there is no setting {}", key), did_you_mean(key, keys));
  }
  if (!setting->list && value.values.size() != 1) {
    return wrong(value.origin, fmt::format("{} takes one value", key), "");
  }
  if (auto checked = check(*setting, value); !checked) return checked;
  settings.insert_or_assign(std::string(key), std::move(value));
  return {};
}

SettingValue from_text(const Setting& setting, std::string_view text, std::string origin) {
  SettingValue value{{}, std::move(origin)};
  if (!setting.list) {
    value.values.emplace_back(text);
    return value;
  }
  for (std::string_view part : split(text, ',')) {
    if (!trim(part).empty()) value.values.emplace_back(trim(part));
  }
  return value;
}

Result<void> take_environment(Settings& settings) {
  for (const Setting& setting : kKnown) {
    const char* text = std::getenv(std::string(setting.variable).c_str());
    if (text == nullptr || *text == '\0') continue;
    auto taken =
        put(settings, setting.key, from_text(setting, text, std::string(setting.variable)));
    if (!taken) return taken;
  }
  return {};
}

// STOCKADE_PROFLE=cis must not pass for a clean run of the default profile; STOCKADE_HOME of
// somebody's own script is none of our business. The prefix that all share says nothing.
Result<void> refuse_slips() {
  constexpr std::string_view kPrefix = "STOCKADE_";
  Words known = {"SETTINGS"};
  for (const Setting& setting : kKnown) known.push_back(setting.variable.substr(kPrefix.size()));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view name =
        std::string_view(*entry).substr(0, std::string_view(*entry).find('='));
    if (!name.starts_with(kPrefix)) continue;
    const std::string_view rest = name.substr(kPrefix.size());
    if (std::find(known.begin(), known.end(), rest) != known.end()) continue;
    const auto near = nearest(rest, known);
    if (!near) continue;
    return wrong(std::string(name), "there is no such variable",
                 fmt::format("did you mean {}{}?", kPrefix, *near));
  }
  return {};
}

}  // namespace

std::span<const Setting> all_settings() { return kKnown; }

std::string settings_folder() {
  const char* folder = std::getenv("STOCKADE_SETTINGS");
  return folder == nullptr || *folder == '\0' ? "/etc/stockade" : folder;
}

Result<Settings> load_settings() {
  Settings settings;
  for (const Setting& setting : kKnown) {
    settings.emplace(setting.key, from_text(setting, setting.fallback, "default"));
  }
  auto lines = read_settings_files(settings_folder());
  if (!lines) return tl::make_unexpected(lines.error());
  for (SettingLine& line : *lines) {
    auto taken = put(settings, line.key, {std::move(line.values), std::move(line.origin)});
    if (!taken) return tl::make_unexpected(taken.error());
  }
  return refuse_slips().and_then([&] { return take_environment(settings); }).map([&] {
    return std::move(settings);
  });
}

Result<void> complete(const Command& command, Arguments& arguments) {
  const auto settings = load_settings();
  if (!settings) return tl::make_unexpected(settings.error());
  for (const Option& option : command.options) {
    if (option.setting.empty() || arguments.has(option.name)) continue;
    const SettingValue& value = settings->find(option.setting)->second;
    if (!value.values.empty() && !value.text().empty()) {
      arguments.options[std::string(option.name)] = value.values;
    }
  }
  return {};
}

}  // namespace stockade::cli
