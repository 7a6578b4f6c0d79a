// A copied Debian tree of a test's own, with a small configuration in it.
#pragma once

#include <string>

#include "scratch_tree.h"

namespace stockade::robust {

class Site : public test::ScratchTree {
 public:
  // `config` stands below "ServerRoot /etc/apache2" in the main file, from line 2 on.
  explicit Site(const std::string& config) {
    chmod("", 0755);  // for tests that run as somebody else
    make_directory("/etc/apache2/c");
    write("/etc/apache2/apache2.conf", "ServerRoot /etc/apache2\n" + config + "\n");
  }

  // "/etc/apache2/c/NAME"
  static std::string in_c(const std::string& name) { return "/etc/apache2/c/" + name; }
  std::string outside(const std::string& name) const { return path() + name; }
};

}  // namespace stockade::robust
