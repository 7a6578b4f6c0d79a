// For tests: a configuration and a few files.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/memory_file_system.h"
#include "conf/effective/effective.h"
#include "conf/evaluate.h"

namespace stockade::conf {

class Site {
 public:
  explicit Site(const std::string& text) : config_(read(text)), servers_(collect_servers(config_)) {
    EXPECT_EQ(config_.verdict(), nullptr) << text << config_.verdict()->message;
  }
  World world() const { return {config_, servers_, files_, 20471, {}}; }
  const Server& host(size_t index) const { return servers_.all[index]; }

  static MemoryFileSystem machine() {
    MemoryFileSystem files;
    for (const char* path : {"/www/index.html", "/www/a.html", "/www/admin/index.html",
                             "/www/old.bak", "/www/.git/HEAD", "/icons/a.gif"}) {
      files.add_file(path, "x");
    }
    return files;
  }

 private:
  Config read(const std::string& text) {
    files_.add_file("/etc/apache2/apache2.conf", text);
    Environment environment;
    environment.built_in_modules = default_built_in_modules();
    for (const char* module :
         {"mpm_event_module", "authz_core_module", "authz_host_module", "authz_user_module",
          "access_compat_module", "alias_module", "dir_module", "autoindex_module", "mime_module",
          "headers_module", "auth_basic_module", "authn_core_module", "authn_file_module",
          "rewrite_module"}) {
      environment.built_in_modules.emplace_back(module);
    }
    return evaluate(files_, environment);
  }

  MemoryFileSystem files_ = machine();
  Config config_;
  Servers servers_;
};

}  // namespace stockade::conf
