#include "host/start.h"

#include <unistd.h>

#include "base/text.h"
#include "host/envvars.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxStartFile = 1 << 20;

bool is_mpm(std::string_view identifier) {
  return identifier.starts_with("mpm_") && identifier.ends_with("_module");
}

void apply_options(std::string_view text, conf::Environment& environment) {
  const HttpdOptions options = parse_httpd_options(text);
  const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(environment.defines, options.defines);
  append(environment.before, options.before);
  append(environment.after, options.after);
  if (!options.server_root.empty()) environment.server_root = options.server_root;
}

// Debian's apache2ctl and the source distribution's apachectl source this file.
void read_envvars(Collector& collector, conf::Environment& environment) {
  const std::string& path = collector.layout.envvars;
  if (path.empty()) return;
  const auto text = collector.files.read(path, kMaxStartFile);
  if (!text) return collector.gaps.add("variables of " + path, text.error(), {"config"});
  const ShellVariables read =
      parse_envvars(*text, {{"APACHE_CONFDIR", std::string(parent_path(path))}});
  environment.variables = read.values;
  if (!read.undecided.empty()) {
    collector.gaps.add("variables " + some_of(read.undecided) + " of " + path,
                       "their value depends on commands, which are not run", {"config"});
  }
  const auto arguments = read.values.find("APACHE_ARGUMENTS");
  if (arguments != read.values.end()) apply_options(arguments->second, environment);
}

void read_sysconfig(Collector& collector, conf::Environment& environment) {
  const std::string& path = collector.layout.sysconfig;
  if (path.empty()) return;
  const auto text = collector.files.read(path, kMaxStartFile);
  if (!text) {
    if (text.error().code != ENOENT) {
      collector.gaps.add("variables of " + path, text.error(), {"config"});
    }
    return;
  }
  environment.variables = parse_sysconfig(*text);
  const auto options = environment.variables.find("OPTIONS");
  if (options != environment.variables.end()) apply_options(options->second, environment);
}

}  // namespace

void collect_start(Collector& collector) {
  const Layout& layout = collector.layout;
  HttpdBuild& httpd = collector.snapshot.httpd;
  httpd.binary = layout.binary;
  httpd.vendor = layout.vendor;
  httpd.version = layout.program.version;
  httpd.banner = layout.program.banner;
  if (const uint32_t told = collector.options.httpd_version; told != 0 && told != httpd.version) {
    httpd.version = told;
    httpd.banner.clear();  // that program is another
  }

  conf::Environment& environment = collector.snapshot.environment;
  environment.config_file = layout.config_file;
  environment.server_root = layout.server_root;
  if (httpd.version != 0) environment.version = httpd.version;
  environment.built_in_modules =
      layout.program.built_in.empty() ? conf::default_built_in_modules() : layout.program.built_in;
  // Only here, and only for root, do files that cannot be seen not exist.
  environment.check_paths = collector.live && httpd.version != 0 && geteuid() == 0;
  environment.check_module_files = environment.check_paths;
  read_envvars(collector, environment);
  read_sysconfig(collector, environment);
  const auto& defines = collector.options.defines;
  environment.defines.insert(environment.defines.end(), defines.begin(), defines.end());
}

void collect_mpm(Snapshot& snapshot) {
  constexpr std::string_view kPrefix = "mpm_";
  constexpr std::string_view kSuffix = "_module";
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (!is_mpm(module.identifier)) continue;
    const size_t length = module.identifier.size() - kPrefix.size() - kSuffix.size();
    snapshot.httpd.mpm = module.identifier.substr(kPrefix.size(), length);
    return;
  }
}

}  // namespace stockade::host
