// The paths that a configuration names. They exist or not; nothing is looked at here.
#pragma once

#include <string>
#include <vector>

#include "host/snapshot.h"

namespace stockade::host {

// Absolute, normalised, each once, sorted: every file that was read, and what directives name.
std::vector<std::string> named_paths(const Snapshot& snapshot);

// The directories that URLs lead to: DocumentRoot, Alias, ScriptAlias. Each once, sorted.
std::vector<std::string> served_directories(const Snapshot& snapshot);

// The files that one directive names in all the configuration (its first argument); none where it
// is a program or a place of no file system ("syslog").
std::vector<std::string> files_named_by(const Snapshot& snapshot, std::string_view directive);

}  // namespace stockade::host
