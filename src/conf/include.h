// Which files an Include names, in the order httpd reads them.
// Source: docs/2.4/mod/core.html#include; server/config.c (process_resource_config_fnmatch).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"

namespace stockade::conf {

constexpr int kMaxIncludeDepth = 128;          // files that include files
constexpr int kMaxIncludeDirectoryDepth = 20;  // directories within an included directory

struct IncludedFiles {
  std::vector<std::string> paths;
  std::string error;    // httpd's message; empty: none
  std::string unknown;  // what could not be looked at from here, and why; empty: all could
};

// `path` is absolute and normalised, but for a slash at its end, which asks for directories; it may
// hold wildcards in any segment. A directory stands for
// every file below it. Every level is sorted by byte order.
IncludedFiles find_included(const FileSystem& files, const std::string& path, bool optional);

}  // namespace stockade::conf
