// Which rpm package httpd's program came from, and which files of it were changed. No program is
// run. RHEL 9 and Fedora keep an SQLite database; what older ones keep is a Gap.
//
// Distrusts: the database, as package_files.h does.
// Source: https://rpm.org, lib/backend/sqlite.c; rpm(8) on --verify.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/collector.h"
#include "host/rpm_header.h"

namespace stockade::host {

// The packages that own one of `paths`; one of them twice where the database has it so.
Result<std::vector<RpmPackage>> owners_in_rpm(std::string database, const std::string& name,
                                              const std::vector<std::string>& paths);

// Whether there is a database of rpm's, of whatever form.
bool has_rpm(const FileSystem& files);

// Sets httpd.package, coverage.packages and package_state from rpm's database. `parts`: the program
// and its modules. An error says why not.
Result<void> collect_rpm_packages(Collector& collector, const std::vector<std::string>& parts);

}  // namespace stockade::host
