#include "audit/unknown_command.h"

#include <gtest/gtest.h>

namespace stockade::audit {
namespace {

constexpr std::string_view kEnd =
    "', perhaps misspelled or defined by a module not included in the server configuration";

TEST(UnknownCommand, SaysWhatToDo) {
  struct Row {
    const char* name;
    uint32_t version;
    const char* remedy;
  };
  const Row kRows[] = {
      {"LockFile", 20471, "LockFile is gone since 2.4: use Mutex"},
      {"AddModule", 20471,
       "AddModule is gone since 2.0: remove it: the order of modules is their own affair"},
      {"Order", 20471,
       "Order is gone since 2.4: use Require, from mod_authz_core and mod_authz_host; or load "
       "access_compat_module"},
      {"User", 20471, "User has moved with 2.4: load unixd_module, which owns it now"},
      {"SSLEngine", 20471, "load ssl_module"},
      {"StrictHostCheck", 20437, "StrictHostCheck comes with httpd 2.4.49: this one is 2.4.37"},
      {"H2Push", 20400, "H2Push comes with httpd 2.4.17: this one is 2.4"},
      {"DocumentRot", 20471, "DocumentRoot may be meant"},
      {"<Locaton", 20471, "Location may be meant"},
      {"Xyzzy", 20471, ""},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(remedy_for_unknown("Invalid command '" + std::string(row.name) + std::string(kEnd),
                                 row.version),
              row.remedy)
        << row.name;
  }
  EXPECT_EQ(remedy_for_unknown("Timeout takes one argument", 20471), "");
}

}  // namespace
}  // namespace stockade::audit
