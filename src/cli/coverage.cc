#include "audit/compliance.h"
#include "cli/clock.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/show.h"
#include "cli/target.h"
#include "cli/terminal.h"

namespace stockade::cli {
namespace {

constexpr Example kCoverageExamples[] = {
    {"sudo stockade coverage --against cis", "pass, fail, manual or not applicable for every id"},
    {"stockade coverage --against stig --snapshot web1.json", "of another machine"},
};

Words benchmarks() { return {"cis", "stig"}; }

constexpr Option kCoverageOptions[] = {
    {"--against", "BENCHMARK", "the benchmark to answer", Option::Takes::one, benchmarks},
    kRootOption,
    kConfigOption,
    kDefineOption,
    kHttpdVersionOption,
    kSnapshotOption,
    {"--output", "FILE", "write to FILE, whole or not at all, instead of stdout"},
    kPageFormatOption,
    kColourOption,
    kWidthOption,
};

Result<int> run_coverage(const Arguments& given) {
  const auto look = show_options(kCoverage, given);
  if (!look) return tl::make_unexpected(look.error());
  const auto benchmark = audit::parse_benchmark(given.value("--against"));
  if (!benchmark) return usage_error("coverage", "\"coverage\" wants --against cis or stig");
  Arguments arguments = given;
  if (auto done = complete(kCoverage, arguments); !done) return tl::make_unexpected(done.error());
  std::string text;
  {
    const Progress progress("Auditing");
    const auto snapshot = obtain_snapshot("coverage", arguments);
    if (!snapshot) return tl::make_unexpected(snapshot.error());
    audit::Options options;
    options.profile = given.value("--against");
    options.today = today();
    const audit::Report report = audit::run(*snapshot, options);
    text = report::render_coverage(*snapshot, audit::coverage(report, *benchmark), look->format,
                                   look->render);
  }
  return deliver(arguments.value("--output"), text).map([] { return int{kClean}; });
}

}  // namespace

const Command kCoverage{
    "coverage",
    "answer every id of a benchmark: pass, fail, manual, not applicable",
    "Runs the audit with the benchmark's own profile and shows what each of its ids came to. It "
    "tells, it does not judge: the exit code is 0 whatever the verdicts are.",
    kCoverageExamples,
    kCoverageOptions,
    {},
    run_coverage};

}  // namespace stockade::cli
