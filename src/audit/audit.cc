#include "audit/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <map>
#include <thread>
#include <tuple>
#include <unordered_set>

#include "audit/configuration.h"
#include "audit/own_rules.h"
#include "finding/fingerprint.h"
#include "finding/suppression.h"
#include "rules/reporter.h"
#include "rules/support/tls_servers.h"

namespace stockade::audit {

namespace {

void run_rule(const Snapshot& snapshot, const rules::Rule& rule, rules::Reporter& reporter) {
  std::string failure;
  try {
    rule.check(snapshot, reporter);
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "unknown exception";
  }
  if (!failure.empty()) {
    reporter.not_checked(std::string(rule.title), "the rule failed: " + failure,
                         "please report this as a bug of Stockade");
  }
}

// Rules only read the snapshot, so they run side by side; their results are put together in the
// rules' own order.
void run_rules(const Snapshot& snapshot, const std::vector<rules::Rule>& rules, Report& report) {
  std::deque<rules::Reporter> reporters;
  for (const rules::Rule& rule : rules) reporters.emplace_back(snapshot, rule);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < rules.size(); i = next++)
      run_rule(snapshot, rules[i], reporters[i]);
  };
  constexpr unsigned kMostThreads = 8;
  const unsigned processors = std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < processors; ++i) others.emplace_back(work);
    work();
  }
  for (size_t i = 0; i < rules.size(); ++i) {
    auto& findings = reporters[i].findings();
    auto& gaps = reporters[i].gaps();
    std::move(findings.begin(), findings.end(), std::back_inserter(report.findings));
    std::move(gaps.begin(), gaps.end(), std::back_inserter(report.not_checked));
    report.rules_run.emplace_back(rules[i].id);
  }
}

void add_gaps(const Snapshot& snapshot, Report& report) {
  for (const host::Gap& gap : snapshot.gaps) {
    report.not_checked.push_back({"", gap.what, gap.reason, ""});
  }
}

// Without its main file a configuration would look like an empty one.
bool is_unread(const conf::Config& config) {
  const auto& problems = config.problems;
  return config.root == nullptr && std::any_of(problems.begin(), problems.end(), [](const auto& p) {
           return p.file == 0 && p.line == 0 && p.pass == 1 &&
                  p.kind != conf::Problem::Kind::warning;
         });
}

// Two rules may be unable to decide the same thing; one rule says a thing once.
void remove_repeated_gaps(std::vector<NotChecked>& gaps) {
  std::vector<NotChecked> unique;
  std::unordered_set<std::string> seen;
  for (NotChecked& gap : gaps) {
    const std::string key = fmt::format("{}\n{}\n{}", gap.rule, gap.what, gap.reason);
    if (seen.insert(key).second) unique.push_back(std::move(gap));
  }
  gaps = std::move(unique);
}

// Of many that one rule could not decide for one reason a few are named and the rest counted:
// nobody reads the two hundredth.
void fold_alike_gaps(std::vector<NotChecked>& gaps) {
  constexpr size_t kMost = 5, kNamed = 3;
  std::map<std::pair<std::string, std::string>, size_t> alike, told;
  for (const NotChecked& gap : gaps) ++alike[{gap.rule, gap.reason}];
  std::vector<NotChecked> folded;
  for (NotChecked& gap : gaps) {
    const std::pair key(gap.rule, gap.reason);
    const size_t all = alike[key];
    if (all > kMost && ++told[key] > kNamed) {
      if (told[key] != kNamed + 1) continue;
      gap.what = fmt::format("{} more of the kind", all - kNamed);
      gap.remedy.clear();  // it was that one's
    }
    folded.push_back(std::move(gap));
  }
  gaps = std::move(folded);
}

void sort_findings(std::vector<Finding>& findings) {
  const auto key = [](const Finding& f) {
    return std::tuple(-static_cast<int>(f.severity), std::string_view(f.place.file), f.place.line,
                      f.place.column, std::string_view(f.rule), std::string_view(f.argument));
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

// A configuration's line may have 16 MiB: of such a text the beginning tells enough.
void cut(std::string& text) {
  constexpr size_t kMaxText = 4096;
  if (text.size() <= kMaxText) return;
  size_t end = kMaxText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // UTF-8
  text.resize(end);
  text += " ...";
}

void cut_texts(Report& report) {
  for (Finding& finding : report.findings) {
    for (std::string* text :
         {&finding.message, &finding.why, &finding.excerpt, &finding.argument, &finding.example}) {
      cut(*text);
    }
    for (Evidence& evidence : finding.evidence) {
      cut(evidence.what);
      cut(evidence.excerpt);
    }
  }
  for (NotChecked& gap : report.not_checked) {
    cut(gap.what);
    cut(gap.reason);
  }
}

RemarkRules remark_rules(const Report& report) {
  RemarkRules names;
  for (const rules::Rule& rule : rules::all_rules()) names.known.emplace_back(rule.id);
  names.known.emplace_back(kConfigurationWarning);
  std::unordered_set<std::string_view> undecided;
  for (const NotChecked& gap : report.not_checked) undecided.insert(gap.rule);
  for (const std::string& rule : report.rules_run) {
    if (!undecided.contains(rule)) names.decided.push_back(rule);
  }
  return names;
}

}  // namespace

Report run(const Snapshot& snapshot, const Options& options,
           const std::vector<rules::Rule>& rules) {
  const auto begin = std::chrono::steady_clock::now();
  Report report;
  add_gaps(snapshot, report);
  judge_configuration(snapshot, report.findings, report.not_checked);
  report.speaks_tls = !rules::tls_servers(snapshot).empty();
  for (const rules::Rule& rule : own_rules()) report.rules_run.emplace_back(rule.id);
  if (is_unread(snapshot.config)) {
    // First, as nothing matters more.
    report.not_checked.insert(report.not_checked.begin(),
                              {"", "every rule", "the main configuration file was not read",
                               "see what is named as not read, then audit again as root"});
  } else {
    run_rules(snapshot, rules, report);
  }
  remove_repeated_gaps(report.not_checked);
  fold_alike_gaps(report.not_checked);
  apply_remarks(snapshot.config, remark_rules(report), options.today, report.findings);
  sort_findings(report.findings);
  set_fingerprints(report.findings);
  cut_texts(report);
  if (options.baseline) {
    report.since =
        compare(*options.baseline, report.findings, report.rules_run, report.not_checked);
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

Report run(const Snapshot& snapshot, const Options& options) {
  const auto rules = select_rules(options);
  if (rules) return run(snapshot, options, *rules);
  Report report = run(snapshot, options, {});
  report.not_checked.push_back({"", "every rule", rules.error().cause, rules.error().remedy});
  return report;
}

}  // namespace stockade::audit
