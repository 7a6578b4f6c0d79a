// The options of the "jail" commands, and what they come to.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "cli/target.h"
#include "jail/plan/make_plan.h"
#include "jail/plan/plan.h"

namespace stockade::cli {

Words level_names();

inline constexpr Option kLevelOption{
    "--level", "LEVEL",
    "how far it is closed: report, unit, chroot, full or strict (default: strict)",
    Option::Takes::one, level_names};
inline constexpr Option kJailNameOption{"--name", "NAME", "which jail (default: apache2)"};
inline constexpr Option kJailStateOption{
    "--state", "DIR", "where running jails are known (default: /run/stockade/jail)"};
inline constexpr Option kAlsoOption{
    "--also", "PATH", "a further file or directory that is read inside", Option::Takes::list};
inline constexpr Option kWritableOption{
    "--writable", "DIR", "a further directory that is written to inside", Option::Takes::list};
inline constexpr Option kConnectToOption{
    "--connect-to", "[HOST:]PORT",
    "a TCP port outside that the site connects to: of this machine, of HOST, or of any host (*)",
    Option::Takes::list};
inline constexpr Option kMailOption{"--mail", "",
                                    "let PHP's mail() work, by the mail server of this machine"};
inline constexpr Option kWithoutOption{"--without", "PATH", "leave out an item of the plan",
                                       Option::Takes::list};
inline constexpr Option kJailModuleOption{"--module", "FILE",
                                          "mod_stockade_jail.so, where it is not installed"};
inline constexpr Option kLearnedOption{
    "--learned", "FILE", "what rehearsals saw (default: /var/lib/stockade/jail/NAME.learned)"};

std::string jail_name(const Arguments& arguments);
std::string jail_state(const Arguments& arguments);
std::string learned_file(const Arguments& arguments);
Result<jail::Level> jail_level(std::string_view command, const Arguments& arguments);

// What httpd would read, by --config and --define.
Result<Snapshot> obtain_configuration(const Arguments& arguments);

// Reads the configuration of this machine and makes the plan.
Result<jail::Plan> obtain_plan(std::string_view command, const Arguments& arguments);

}  // namespace stockade::cli
