// What httpd reads or runs as root when it starts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

struct RootFile {
  std::string path;
  std::string what;                            // "a configuration file", "a module"
  const conf::Directive* directive = nullptr;  // names it; null for configuration files
};

// Configuration files, folders that an Include with a wildcard searches, modules, programs of piped
// logs and of RewriteMap prg:.
std::vector<RootFile> files_of_root(const Snapshot& snapshot);

// The program of "|/usr/bin/rotatelogs ..." or "||..." or "|$..."; empty where none is named by an
// absolute path.
std::string_view piped_program(std::string_view argument);

}  // namespace stockade::rules
