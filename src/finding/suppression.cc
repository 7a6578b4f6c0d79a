#include "finding/suppression.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "finding/remark.h"
#include "finding/remark_scope.h"

namespace stockade {

namespace {

struct ActiveRemark {
  const conf::Remark* source = nullptr;
  ParsedRemark parsed;
  LineRange range;
  std::set<std::string_view> used;  // rules of it that some finding answered to
};

// Remarks about one rule in one file. Their ranges lie apart or inside each other.
class RangeIndex {
 public:
  void add(ActiveRemark& remark) {
    if (remark.range.whole_file) {
      whole_file_ = &remark;
    } else if (!remark.range.empty()) {
      remarks_.push_back(&remark);
    }
  }

  void finish() {
    std::stable_sort(remarks_.begin(), remarks_.end(),
                     [](const auto* a, const auto* b) { return a->range.first < b->range.first; });
    uint32_t last = 0;
    for (const ActiveRemark* remark : remarks_) {
      last = std::max(last, remark->range.last);
      last_so_far_.push_back(last);
    }
  }

  ActiveRemark* find(uint32_t line) const {
    auto after = std::upper_bound(
        remarks_.begin(), remarks_.end(), line,
        [](uint32_t at, const ActiveRemark* remark) { return at < remark->range.first; });
    for (auto i = static_cast<size_t>(after - remarks_.begin()); i > 0; --i) {
      if (last_so_far_[i - 1] < line) break;
      if (remarks_[i - 1]->range.covers(line)) return remarks_[i - 1];
    }
    return whole_file_;
  }

 private:
  std::vector<ActiveRemark*> remarks_;  // by first line
  std::vector<uint32_t> last_so_far_;   // the greatest last line of remarks_[0..i]
  ActiveRemark* whole_file_ = nullptr;
};

class Remarks {
 public:
  Remarks(const conf::Config& config, const RemarkRules& rules, std::string_view today)
      : config_(config), rules_(rules), today_(today), scopes_(config) {
    for (const std::string& rule : rules.known) known_.push_back(rule);
    for (const auto& file : config.files) config_files_.insert(file->path);
    std::set<std::pair<std::string_view, uint32_t>> seen;  // a file included twice counts once
    for (const conf::Remark& remark : config.remarks) {
      if (seen.emplace(config.file(remark.file).path, remark.line).second) read(remark);
    }
    for (ActiveRemark& remark : active_) {
      for (const std::string& rule : remark.parsed.rules) index_[rule][path_of(remark)].add(remark);
    }
    for (auto& [rule, files] : index_) {
      for (auto& [path, ranges] : files) ranges.finish();
    }
  }

  void answer(Finding& finding) {
    ActiveRemark* remark = covering(finding);
    if (remark == nullptr) return;
    remark->used.insert(
        *std::find(remark->parsed.rules.begin(), remark->parsed.rules.end(), finding.rule));
    finding.suppression = {Suppression::Kind::remark,
                           remark->parsed.reason,
                           remark->parsed.until,
                           {path_of(*remark), remark->source->line, 0, 0}};
  }

  // What is wrong with the remarks themselves; call it after the last `answer`.
  std::vector<Finding> complaints() {
    const std::unordered_set<std::string_view> decided(rules_.decided.begin(),
                                                       rules_.decided.end());
    for (const ActiveRemark& remark : active_) {
      std::vector<std::string> unused;
      for (const std::string& rule : remark.parsed.rules) {
        if (decided.contains(rule) && !remark.used.contains(rule)) unused.push_back(rule);
      }
      if (!unused.empty()) complain_unused(remark, unused);
    }
    return std::move(complaints_);
  }

 private:
  const std::string& path_of(const ActiveRemark& remark) const {
    return config_.file(remark.source->file).path;
  }

  void read(const conf::Remark& source) {
    auto parsed = parse_remark(source.text);
    if (!parsed) {
      complain(source, "suppression-invalid", Severity::medium,
               "this remark suppresses nothing: " + parsed.error().cause, parsed.error().remedy);
      return;
    }
    std::erase_if(parsed->rules,
                  [&](const std::string& rule) { return !check_known(source, rule); });
    if (parsed->rules.empty()) return;
    if (!parsed->until.empty() && parsed->until < today_) {
      complain(source, "suppression-expired", Severity::medium,
               fmt::format("this remark answered {} until {} and has expired",
                           join(parsed->rules, ", "), parsed->until),
               "mend what it covered, or look again and set a new date");
      return;
    }
    active_.push_back({&source, *std::move(parsed), scopes_.of(source), {}});
  }

  bool check_known(const conf::Remark& source, const std::string& rule) {
    if (std::find(known_.begin(), known_.end(), rule) != known_.end()) return true;
    const auto near = nearest(rule, known_);
    complain(source, "suppression-invalid", Severity::medium,
             fmt::format("this remark suppresses nothing: there is no rule \"{}\"{}", rule,
                         near ? fmt::format("; did you mean \"{}\"?", *near) : ""),
             near ? fmt::format("write ignore={}", *near) : "`stockade rules` lists all of them");
    return false;
  }

  void complain_unused(const ActiveRemark& remark, const std::vector<std::string>& unused) {
    const bool nothing = remark.range.empty();
    complain(*remark.source, "suppression-unused", Severity::low,
             nothing ? "this remark covers nothing: no directive follows it in its section"
                     : fmt::format("nothing that this remark covers is found by {} any more",
                                   join(unused, ", ")),
             nothing ? "put it right above the directive or section it speaks of"
                     : "take the remark out, or the rule out of it");
  }

  void complain(const conf::Remark& source, std::string_view rule, Severity severity,
                std::string message, std::string remedy) {
    const conf::SourceFile& file = config_.file(source.file);
    Finding& finding = complaints_.emplace_back();
    finding.rule = rule;
    finding.family = "audit";
    finding.severity = severity;
    finding.place = {file.path, source.line, 0, 0};
    finding.excerpt = file.line(source.line);
    finding.message = std::move(message);
    finding.why = severity == Severity::low
                      ? "a remark that covers nothing may one day hide something new"
                      : "what it was meant to cover is reported as open";
    finding.fix = Fix{std::move(remedy), FixRisk::decision, "", {}};
    finding.argument = source.text;
  }

  ActiveRemark* at(const std::map<std::string_view, RangeIndex>& files, std::string_view path,
                   uint32_t line) const {
    const auto file = files.find(path);
    return file == files.end() ? nullptr : file->second.find(line);
  }

  ActiveRemark* covering(const Finding& finding) const {
    const auto files = index_.find(finding.rule);
    if (files == index_.end()) return nullptr;
    if (config_files_.contains(finding.place.file)) {
      return at(files->second, finding.place.file, finding.place.line);
    }
    for (const Evidence& evidence : finding.evidence) {
      ActiveRemark* remark = at(files->second, evidence.place.file, evidence.place.line);
      if (remark != nullptr) return remark;
    }
    return config_.files.empty() ? nullptr : at(files->second, config_.files.front()->path, 0);
  }

  const conf::Config& config_;
  const RemarkRules& rules_;
  std::string_view today_;
  RemarkScopes scopes_;
  std::vector<std::string_view> known_;
  std::unordered_set<std::string_view> config_files_;
  std::deque<ActiveRemark> active_;  // index_ points into it
  std::unordered_map<std::string_view, std::map<std::string_view, RangeIndex>> index_;
  std::vector<Finding> complaints_;
};

}  // namespace

void apply_remarks(const conf::Config& config, const RemarkRules& rules, std::string_view today,
                   std::vector<Finding>& findings) {
  if (config.remarks.empty()) return;
  Remarks remarks(config, rules, today);
  for (Finding& finding : findings) {
    if (finding.suppression.kind == Suppression::Kind::none) remarks.answer(finding);
  }
  for (Finding& finding : remarks.complaints()) findings.push_back(std::move(finding));
}

}  // namespace stockade
