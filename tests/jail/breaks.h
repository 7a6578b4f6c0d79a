// Ways to break a working jail, and what "jail explain" has to say of each.
#pragma once

#include <errno.h>

#include <string>
#include <string_view>
#include <vector>

#include "poor_kernel.h"
#include "site.h"

namespace stockade::test {

// In all texts TREE stands for the directory of the test and PORT for the site's port.
struct Break {
  std::string_view name;
  // What is taken away.
  std::vector<std::string> without{};
  std::vector<RefusedCall> refused{};
  // What is changed.
  std::string configured{};                                  // lines of the configuration
  std::vector<std::pair<const char*, const char*>> edits{};  // text of the configuration
  std::string page{};                                        // the PHP of /try.php
  std::vector<std::string> options{};                        // of "jail up"
  void (*before)(const JailSite&) = nullptr;
  // What is done then.
  std::vector<std::string> asked{};
  std::string (*after)(const JailSite&) = nullptr;  // what it returns is seen, too
  // The entries of the catalogue that have to come.
  std::vector<std::string_view> explained;
};

const std::vector<Break>& breaks();

}  // namespace stockade::test
