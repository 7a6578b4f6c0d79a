#include "host/snapshot.h"

#include "cli/output.h"
#include "cli/settings.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "host/snapshot_json.h"

namespace stockade::cli {
namespace {

constexpr unsigned kPrivate = 0600;  // it holds configuration that strangers must not read

constexpr Example kSnapshotExamples[] = {
    {"sudo stockade snapshot --output web1.json", "on the server"},
    {"stockade audit --snapshot web1.json", "on your own machine"},
    {"ssh web1 sudo stockade snapshot | stockade audit --snapshot -", "both in one"},
};

constexpr Option kSnapshotOptions[] = {
    kRootOption,
    kConfigOption,
    kDefineOption,
    kHttpdVersionOption,
    {"--output", "FILE", "write to FILE, readable to you alone, instead of stdout"},
};

Result<int> run_snapshot(const Arguments& given) {
  Arguments arguments = given;
  if (auto completed = complete(kSnapshot, arguments); !completed) {
    return tl::make_unexpected(completed.error());
  }
  std::string text;
  {
    const Progress progress("Collecting");
    const auto snapshot = obtain_snapshot("snapshot", arguments);
    if (!snapshot) return tl::make_unexpected(snapshot.error());
    text = host::write_snapshot(*snapshot);
  }
  return deliver(arguments.value("--output"), text, kPrivate).map([] { return int{kClean}; });
}

}  // namespace

const Command kSnapshot{
    "snapshot",
    "write down what an audit needs to know of this machine",
    "One JSON document with the configuration and the facts around it: audited elsewhere, it gives "
    "the same findings as on the machine. It holds the configuration's text, so treat it as you "
    "treat that; keys and passwords of other files are not in it.",
    kSnapshotExamples,
    kSnapshotOptions,
    {},
    run_snapshot};

}  // namespace stockade::cli
