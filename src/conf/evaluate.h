// Reads a configuration the way httpd does: two passes, read-time directives first.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "conf/config.h"

namespace stockade::conf {

// What httpd brings along before it opens the first file.
struct Environment {
  std::string config_file = "/etc/apache2/apache2.conf";
  std::string server_root = "/etc/apache2";      // HTTPD_ROOT, or -d
  std::map<std::string, std::string> variables;  // its process environment (envvars)
  std::vector<std::string> defines;              // -D NAME
  std::vector<std::string> before;               // -C directives
  std::vector<std::string> after;                // -c directives
  std::vector<std::string> built_in_modules;     // identifiers compiled in, core too
  uint32_t version = 20471;                      // 20471 = 2.4.71
  bool check_module_files = false;  // a LoadModule whose file is missing is an error (live host)
  // Whether paths named by directives must exist (SSLCertificateFile, DocumentRoot ...), as on the
  // host that runs this configuration; false for a copy without its files.
  bool check_paths = false;
};

// The modules that a plain build compiles in, and Debian's.
std::vector<std::string> default_built_in_modules();

// Never fails as a whole: an unreadable main file is a Problem in an empty Config. Bounded: include
// depth 128, directory depth 20, macro depth 32, 16 MiB a line, at most `kMaxTotalBytes` in all.
Config evaluate(const FileSystem& files, const Environment& environment);

}  // namespace stockade::conf
