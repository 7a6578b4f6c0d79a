#include "audit/audit.h"

#include <algorithm>
#include <chrono>

#include "cli/clock.h"
#include "cli/output.h"
#include "cli/show.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "finding/baseline.h"
#include "report/report.h"

namespace stockade::cli {
namespace {

constexpr Example kAuditExamples[] = {
    {"sudo stockade audit", "this machine's Apache, with all that root may see"},
    {"stockade audit --all", "low and accepted findings in full too"},
    {"stockade audit --root backup/", "a copied tree: backup/etc/apache2/..."},
    {"stockade audit --only tls,server-status-open", "one family and one rule"},
    {"stockade audit --format html --output report.html", "one file to hand on"},
    {"stockade audit --format json --new-since old.json", "fail on what is new only"},
};

constexpr Option kAuditOptions[] = {
    kRootOption,
    kConfigOption,
    kDefineOption,
    kHttpdVersionOption,
    kSnapshotOption,
    {"--format", "FORMAT", "how to show it", Option::Takes::one, format_names, "audit.format"},
    {"--output", "FILE", "write to FILE, whole or not at all, instead of stdout"},
    {"--profile", "PROFILE", "default, or with the strict numbers of a benchmark: cis, stig",
     Option::Takes::one, profile_names, "audit.profile"},
    {"--only", "LIST", "run these rules or families alone", Option::Takes::list, rules_and_families,
     "audit.only"},
    {"--except", "LIST", "leave these rules or families out", Option::Takes::list,
     rules_and_families, "audit.except"},
    {"--fail-on", "SEVERITY", "exit with 1 from this severity on", Option::Takes::one,
     severity_names, "audit.fail-on"},
    {"--exit-zero", "", "exit with 0 whatever was found or not checked"},
    {"--new-since", "FILE",
     "tell what is new since that JSON report; only new findings count for the exit code"},
    {"--all", "", "show low and accepted findings in full too"},
    kColourOption,
    kWidthOption,
};

Result<audit::Options> audit_options(const Arguments& arguments) {
  audit::Options options;
  options.profile = arguments.value("--profile");
  options.only = arguments.list("--only");
  options.except = arguments.list("--except");
  options.today = today();
  const std::string earlier = arguments.value("--new-since");
  if (earlier.empty()) return options;
  const auto text = read_input(earlier, "the earlier report");
  if (!text) return tl::make_unexpected(text.error());
  auto baseline = read_baseline(*text, earlier);
  if (!baseline) return tl::make_unexpected(baseline.error());
  options.baseline = std::move(*baseline);
  return options;
}

int exit_code(const audit::Report& report, const Arguments& arguments) {
  if (arguments.has("--exit-zero")) return kClean;
  const auto limit = parse_severity(arguments.value("--fail-on")).value_or(Severity::high);
  const bool found =
      std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
        return finding.severity >= limit && finding.suppression.kind == Suppression::Kind::none &&
               (!report.since || report.since->is_new(finding));
      });
  if (found) return kFindings;
  return report.not_checked.empty() ? kClean : kIncomplete;
}

struct Audited {
  Snapshot snapshot;
  audit::Report report;
};

Result<Audited> collect_and_check(const Arguments& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const auto options = audit_options(arguments);
  if (!options) return tl::make_unexpected(options.error());
  const Progress progress("Auditing");
  auto snapshot = obtain_snapshot("audit", arguments);
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  audit::Report report = audit::run(*snapshot, *options);
  const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin;
  report.seconds = gone.count();
  return Audited{std::move(*snapshot), std::move(report)};
}

Result<int> run_audit(const Arguments& given) {
  Arguments arguments = given;
  if (auto done = complete(kAudit, arguments); !done) return tl::make_unexpected(done.error());
  const auto width = width_of(kAudit, arguments);
  if (!width) return tl::make_unexpected(width.error());
  const auto audited = collect_and_check(arguments);
  if (!audited) return tl::make_unexpected(audited.error());
  const std::string file = arguments.value("--output");
  const bool to_file = !file.empty() && file != "-";
  Terminal look = terminal(arguments.value("--color"), *width);
  if (to_file && arguments.value("--color") != "always") look.colour = false;
  const report::RenderOptions how{look.colour, look.unicode, look.width, arguments.has("--all"),
                                  now()};
  const report::Format* format = report::find_format(arguments.value("--format"));
  return deliver(file, format->render(audited->snapshot, audited->report, how)).map([&] {
    return exit_code(audited->report, arguments);
  });
}

}  // namespace

const Command kAudit{
    "audit",
    "find what is unsafe in an Apache configuration and around it",
    "Reads the configuration as httpd itself does, looks at the files and accounts it depends on, "
    "and shows what is unsafe, worst first, each finding with its place and its mending. It only "
    "reads, and runs no program of the machine.",
    kAuditExamples,
    kAuditOptions,
    {},
    run_audit};

}  // namespace stockade::cli
