#include <fmt/format.h>

#include "cli/output.h"
#include "cli/settings.h"
#include "cli/target.h"
#include "host/snapshot.h"
#include "report/config_dump.h"

namespace stockade::cli {
namespace {

constexpr Option kOptions[] = {
    kRootOption,
    kConfigOption,
    kDefineOption,
    kHttpdVersionOption,
    kSnapshotOption,
    {"--format", "FORMAT", "how to show it (default: text)", Option::Takes::one, text_or_json},
};

// What httpd would refuse is shown as far as it could be read, and said.
int warn_of_errors(const conf::Config& config) {
  const conf::Problem* problem = config.verdict();
  if (problem == nullptr) return kClean;
  say(fmt::format("httpd refuses this configuration: {}:{}: {}", problem->where, problem->counted,
                  problem->message));
  return kIncomplete;
}

using Show = std::string (*)(const Snapshot&, const std::string& word, bool json);

Result<int> show(const Command& command, const Arguments& given, Show shown) {
  Arguments arguments = given;
  if (auto done = complete(command, arguments); !done) return tl::make_unexpected(done.error());
  const auto snapshot = obtain_snapshot(command.name, arguments);
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  const bool json = arguments.value("--format") == "json";
  return write_stdout(shown(*snapshot, arguments.word(0), json)).map([&] {
    return warn_of_errors(snapshot->config);
  });
}

Result<int> run_dump(const Arguments& arguments) {
  return show(kConfigDump, arguments, [](const Snapshot& snapshot, const std::string&, bool json) {
    return json ? report::config_dump_json(snapshot.config) : report::config_dump(snapshot.config);
  });
}

Result<int> run_vhosts(const Arguments& arguments) {
  return show(
      kConfigVhosts, arguments, [](const Snapshot& snapshot, const std::string&, bool json) {
        return json ? report::config_vhosts_json(snapshot) : report::config_vhosts(snapshot);
      });
}

Result<int> run_includes(const Arguments& arguments) {
  return show(kConfigIncludes, arguments,
              [](const Snapshot& snapshot, const std::string&, bool json) {
                return json ? report::config_includes_json(snapshot.config)
                            : report::config_includes(snapshot.config);
              });
}

Result<int> run_grep(const Arguments& arguments) {
  return show(kConfigGrep, arguments,
              [](const Snapshot& snapshot, const std::string& name, bool json) {
                return json ? report::config_grep_json(snapshot.config, name)
                            : report::config_grep(snapshot.config, name);
              });
}

constexpr Example kDumpExamples[] = {
    {"stockade config dump", "the tree after Include, If*, Define and Macro"},
    {"stockade config dump --root backup/", "of a copied tree"},
};
constexpr Example kVhostsExamples[] = {
    {"stockade config vhosts", "which virtual host answers where"},
};
constexpr Example kIncludesExamples[] = {
    {"stockade config includes", "every file read, and what included it"},
};
constexpr Example kGrepExamples[] = {
    {"stockade config grep SSLProtocol", "every place that sets it"},
    {"stockade config grep Directory", "a section, without its brackets"},
};

}  // namespace

const Command kConfigDump{"config dump",
                          "show the configuration as httpd -t -D DUMP_CONFIG does",
                          "Works without any httpd, as an ordinary user, on a copied tree. A "
                          "configuration that httpd would refuse is shown as far as it could be "
                          "read, with the exit code 3.",
                          kDumpExamples,
                          kOptions,
                          {},
                          run_dump};
const Command kConfigVhosts{
    "config vhosts", "show the virtual hosts as httpd -S does", "", kVhostsExamples, kOptions, {},
    run_vhosts};
const Command kConfigIncludes{
    "config includes", "show which files were read, and why", "", kIncludesExamples, kOptions, {},
    run_includes};
const Command kConfigGrep{"config grep",
                          "show every place that sets a directive, with the sections around it",
                          "",
                          kGrepExamples,
                          kOptions,
                          {"DIRECTIVE", "its name, in any case", nullptr, true},
                          run_grep};

}  // namespace stockade::cli
