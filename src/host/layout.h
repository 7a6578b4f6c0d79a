// Where the configuration of this machine (or of a copied tree) lies, and what httpd is started
// with: Debian's, Red Hat's and the source distribution's habits, and what the program itself says.
//
// Distrusts: the tree, which may be only a part of a machine or no httpd's at all.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "host/collect.h"
#include "host/httpd_binary.h"

namespace stockade::host {

struct Layout {
  std::string config_file;  // as the audited machine names it
  std::string server_root;  // before any ServerRoot
  std::string mounted_at = "/";
  std::string vendor;     // "debian", "rhel", "source" or empty
  std::string binary;     // empty if none is there
  HttpdBinary program;    // what that file says
  std::string envvars;    // a shell's file of variables, if the layout has one
  std::string sysconfig;  // systemd's
};

// The files of this machine, or of `root` with `mounted_at` on top.
std::unique_ptr<FileSystem> open_files(const std::string& root, const std::string& mounted_at);

// An error names the places that were tried.
Result<Layout> find_layout(const CollectOptions& options);

}  // namespace stockade::host
