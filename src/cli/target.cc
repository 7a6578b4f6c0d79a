#include "cli/target.h"

#include <fmt/format.h>

#include "cli/output.h"
#include "cli/parse.h"
#include "host/collect.h"
#include "host/httpd_binary.h"
#include "host/snapshot_json.h"

namespace stockade::cli {

Result<Snapshot> obtain_snapshot(std::string_view command, const Arguments& arguments) {
  const std::string file = arguments.value("--snapshot");
  if (file.empty()) {
    host::CollectOptions options;
    options.root = arguments.value("--root");
    options.config_file = arguments.value("--config");
    options.defines = arguments.list("--define");
    if (const std::string version = arguments.value("--httpd-version"); !version.empty()) {
      options.httpd_version = host::parse_httpd_version(version);
      if (options.httpd_version == 0) {
        return usage_error(command, fmt::format("\"{}\" is no version of httpd", version),
                           "three numbers are wanted, as 2.2.15 or 2.4.62");
      }
    }
    return host::collect(options);
  }
  if (arguments.has("--httpd-version")) {
    return usage_error(command, "--snapshot and --httpd-version exclude each other",
                       "the snapshot says which httpd it is of");
  }
  if (arguments.has("--root")) {
    return usage_error(command, "--snapshot and --root exclude each other",
                       "the snapshot holds its machine's files already");
  }
  return read_input(file, "the snapshot").and_then([&](const std::string& text) {
    return host::read_snapshot(text, file);
  });
}

}  // namespace stockade::cli
