// What is audited: this machine, a copied tree, or a snapshot.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/command.h"
#include "host/snapshot.h"

namespace stockade::cli {

// The options that say it, the same for every command that looks at a configuration.
inline constexpr Option kRootOption{"--root", "DIR",
                                    "look at a copied tree below DIR instead of this machine"};
inline constexpr Option kConfigOption{
    "--config",         "FILE",  "the main configuration file, as the audited machine names it",
    Option::Takes::one, nullptr, "audit.config"};
inline constexpr Option kDefineOption{
    "--define",
    "NAME",
    "a name that httpd is started with as -D NAME; may be repeated",
    Option::Takes::list,
    nullptr,
    "audit.define",
    "-D"};
// A configuration of 2.2 means something else to 2.4.
inline constexpr Option kHttpdVersionOption{
    "--httpd-version", "VERSION",
    "the httpd that reads it, as 2.2.15, where its program cannot be asked or is another"};
inline constexpr Option kSnapshotOption{"--snapshot", "FILE",
                                        "look at what \"stockade snapshot\" wrote; - is stdin"};

Result<Snapshot> obtain_snapshot(std::string_view command, const Arguments& arguments);

}  // namespace stockade::cli
