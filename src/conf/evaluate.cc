#include "conf/evaluate.h"

#include "conf/reader.h"
#include "conf/second_pass.h"

namespace stockade::conf {

std::vector<std::string> default_built_in_modules() {
  return {"core_module",       "so_module",    "watchdog_module", "http_module",
          "log_config_module", "logio_module", "version_module",  "unixd_module"};
}

Config evaluate(const FileSystem& files, const Environment& environment) {
  return evaluate(files, environment, Bounds{});
}

Config evaluate(const FileSystem& files, const Environment& environment, const Bounds& bounds) {
  Config config;
  Reader reader(files, environment, bounds, config);
  reader.read_main();
  walk_tree(config, environment, files, [&](DirectiveId id) { return reader.loaded_row(id); });
  config.find_outside_hosts();
  return config;
}

}  // namespace stockade::conf
