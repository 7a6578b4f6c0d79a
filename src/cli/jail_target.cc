#include "cli/jail_target.h"

#include "base/live_file_system.h"
#include "base/text.h"
#include "cli/parse.h"
#include "host/collect.h"

namespace stockade::cli {

Words level_names() { return {"report", "unit", "chroot", "full", "strict"}; }

std::string jail_name(const Arguments& arguments) {
  const std::string name = arguments.value("--name");
  return name.empty() ? "apache2" : name;
}

std::string jail_state(const Arguments& arguments) {
  const std::string state = arguments.value("--state");
  return state.empty() ? "/run/stockade/jail" : state;
}

std::string learned_file(const Arguments& arguments) {
  const std::string file = arguments.value("--learned");
  return file.empty() ? "/var/lib/stockade/jail/" + jail_name(arguments) + ".learned" : file;
}

Result<jail::Level> jail_level(std::string_view command, const Arguments& arguments) {
  if (!arguments.has("--level")) return jail::Level::strict;
  const auto level = jail::parse_level(arguments.value("--level"));
  if (!level) return usage_error(command, "--level wants report, unit, chroot, full or strict");
  return *level;
}

Result<Snapshot> obtain_configuration(const Arguments& arguments) {
  host::CollectOptions options;
  options.config_file = arguments.value("--config");
  options.defines = arguments.list("--define");
  return host::collect_configuration(options);
}

Result<jail::Plan> obtain_plan(std::string_view command, const Arguments& arguments) {
  const std::string name = jail_name(arguments);
  if (name.find('/') != std::string::npos || name.front() == '.')
    return usage_error(command, "--name wants a name without \"/\"");
  auto snapshot = obtain_configuration(arguments);
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  // A configuration in a place of its own is run by the httpd that is installed.
  for (const char* program :
       {"/usr/sbin/apache2", "/usr/sbin/httpd", "/usr/local/apache2/bin/httpd"}) {
    if (snapshot->httpd.binary.empty() && LiveFileSystem().status(program))
      snapshot->httpd.binary = program;
  }
  jail::PlanWishes wishes;
  wishes.also = arguments.list("--also");
  wishes.writable = arguments.list("--writable");
  wishes.without = arguments.list("--without");
  wishes.mail = arguments.has("--mail");
  wishes.module_file = arguments.value("--module");
  wishes.learned_file = learned_file(arguments);
  for (const std::string& text : arguments.list("--connect-to")) {
    const size_t colon = text.rfind(':');
    const auto port = parse_number(text.substr(colon == std::string::npos ? 0 : colon + 1));
    if (!port || *port < 1 || *port > 65535)
      return usage_error(command, "--connect-to wants a port, as 5432 or db.example:5432");
    std::string host = colon == std::string::npos ? "localhost" : text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "*") host.clear();
    wishes.connect.push_back({host, static_cast<uint16_t>(*port), ""});
  }
  return jail::make_plan(*snapshot, LiveFileSystem(), wishes);
}

}  // namespace stockade::cli
