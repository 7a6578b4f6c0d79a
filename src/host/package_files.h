// Whether the files of httpd's packages are still those that the packages brought: the checksums of
// dpkg or rpm, compared with what lies on the disk. No program is run.
//
// Distrusts: the database, which whoever changed a file may have changed as well: what differs was
// changed, what agrees may still have been. Configuration files are meant to be changed and left
// out, documentation too. Source: dpkg's info/*.md5sums and diversions, see dpkg(1) on --verify.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/collector.h"

namespace stockade::host {

enum class DigestKind { md5, sha256 };

struct PackageFile {
  std::string path;    // absolute
  std::string digest;  // lower case hexadecimal digits
  DigestKind kind = DigestKind::md5;
};
// The text of an info/PACKAGE.md5sums; lines that are none are passed over.
std::vector<PackageFile> parse_md5sums(std::string_view text);

// The text of dpkg's diversions: where the file `from` of any package but the third line's lies.
struct Diversion {
  std::string to;
  std::string by;  // the package whose own file stays in place; ":" for the administrator
};
std::map<std::string, Diversion, std::less<>> parse_diversions(std::string_view text);

// "d41d8cd98f00b204e9800998ecf8427e"; empty where this machine's OpenSSL refuses that kind.
std::string digest_of(std::string_view bytes, DigestKind kind);

// Sets PathFacts::package_state of the files of these packages ("libapr1" or "libapr1:amd64", as
// their files in dpkg's folder are called): "ok" or "modified". A Gap for what could not be read.
// Of `only` these paths, where it is given.
void compare_package_files(Collector& collector, const std::set<std::string>& packages,
                           const std::set<std::string>* only = nullptr);

// The same of files that another database lists.
void compare_files(Collector& collector, const std::vector<PackageFile>& files);

}  // namespace stockade::host
