// Which package httpd's program came from, read from the database of dpkg or rpm, and which files
// of its packages were changed. No program is run.
//
// Distrusts: the database, which may be cut off or absent. What it cannot answer is a Gap.
// Source: dpkg's status file and info/*.list, see dpkg-query(1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/collector.h"

namespace stockade::host {

// The version of an installed package in the text of /var/lib/dpkg/status; nothing if it is not
// installed there.
std::optional<std::string> installed_version(std::string_view status, std::string_view package);

// Sets httpd.package and coverage.packages, the latter only where the whole database was read.
void collect_packages(Collector& collector);

}  // namespace stockade::host
