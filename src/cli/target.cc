#include "cli/target.h"

#include "cli/output.h"
#include "cli/parse.h"
#include "host/collect.h"
#include "host/snapshot_json.h"

namespace stockade::cli {

Result<Snapshot> obtain_snapshot(std::string_view command, const Arguments& arguments) {
  const std::string file = arguments.value("--snapshot");
  if (file.empty()) {
    host::CollectOptions options;
    options.root = arguments.value("--root");
    options.config_file = arguments.value("--config");
    options.defines = arguments.list("--define");
    return host::collect(options);
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
