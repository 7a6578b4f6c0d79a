#include "audit/configuration.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/unknown_command.h"

namespace stockade::audit {

namespace {

using conf::Problem;

class Judge {
 public:
  Judge(const Snapshot& snapshot, std::vector<Finding>& findings,
        std::vector<NotChecked>& not_checked)
      : snapshot_(snapshot),
        config_(snapshot.config),
        verdict_(snapshot.config.verdict()),
        findings_(findings),
        not_checked_(not_checked) {}

  void judge() {
    for (const Problem& problem : config_.problems) {
      switch (problem.kind) {
        case Problem::Kind::error:
          refuse(problem);
          break;
        case Problem::Kind::warning:
          warn(problem);
          break;
        case Problem::Kind::uncertain:
          doubt(problem);
          break;
      }
    }
    if (verdict_ != nullptr) say_what_is_unread();
    if (unread_) say_that_parts_are_missing();
  }

 private:
  const conf::SourceFile* file_of(conf::FileId id) const {
    return id < config_.files.size() ? config_.files[id].get() : nullptr;
  }

  Place place_of(const Problem& problem) const {
    const conf::SourceFile* file = file_of(problem.file);
    if (file == nullptr) return {snapshot_.environment.config_file, 0, 0, 0};
    const uint32_t column = problem.line == 0 ? 0 : file->column_of(problem.offset);
    return {file->path, problem.line, column, 0};
  }

  // "/etc/apache2/apache2.conf:12", or the file alone.
  static std::string shown(const Place& place) {
    return place.line == 0 ? place.file : fmt::format("{}:{}", place.file, place.line);
  }

  // What httpd prints where it counts differently from the file: joined lines, macros.
  static std::string httpd_says(const Problem& problem) {
    const std::string code = problem.code.empty() ? "" : problem.code + ": ";
    if (problem.where.empty()) return code + problem.message;
    return fmt::format("{}{}, line {}: {}", code, problem.where, problem.counted, problem.message);
  }

  Finding& start(const Problem& problem, std::string_view rule, Severity severity) {
    Finding& finding = findings_.emplace_back();
    finding.rule = rule;
    finding.family = "audit";
    finding.severity = severity;
    finding.place = place_of(problem);
    const conf::SourceFile* file = file_of(problem.file);
    if (file != nullptr) finding.excerpt = file->line(problem.line);
    finding.argument = problem.message;
    finding.evidence.push_back({{}, "httpd's own words: " + httpd_says(problem), ""});
    add_way_there(problem, finding);
    return finding;
  }

  // The Include and Use lines that led to the place, the nearest first.
  void add_way_there(const Problem& problem, Finding& finding) const {
    conf::OriginId id = problem.origin;
    for (int depth = 0; id != 0 && id < config_.origins.size() && depth < 8; ++depth) {
      const conf::Origin& origin = config_.origins[id];
      const conf::SourceFile* file = file_of(origin.file);
      if (file != nullptr && origin.line != 0) {
        finding.evidence.push_back(
            {{file->path, origin.line, 0, 0},
             origin.kind == conf::Origin::Kind::macro ? "used here" : "included here",
             std::string(file->line(origin.line))});
      }
      id = origin.outer;
    }
  }

  void refuse(const Problem& problem) {
    const bool first = &problem == verdict_;
    Finding& finding = start(problem, kConfigurationRefused, Severity::high);
    finding.message = fmt::format("{}: {}",
                                  first ? "httpd refuses this configuration"
                                        : "httpd will refuse this as well, once it gets here",
                                  problem.message);
    add_remedy(problem, finding);
    finding.why = first ? "httpd will not start or reload with it; one that runs keeps what it "
                          "read before"
                        : "mending only what httpd names first is not enough";
  }

  void add_remedy(const Problem& problem, Finding& finding) const {
    const std::string remedy = remedy_for_unknown(problem.message, snapshot_.environment.version);
    if (!remedy.empty()) finding.fix = Fix{remedy, FixRisk::careful, "", {}};
  }

  void warn(const Problem& problem) {
    Finding& finding = start(problem, kConfigurationWarning, Severity::low);
    finding.message = "httpd warns: " + problem.message;
    finding.why = "httpd starts, but what stands here may not do what it says";
  }

  void doubt(const Problem& problem) {
    unread_ = unread_ || problem.pass == 1;
    not_checked_.push_back({std::string(kConfigurationRefused),
                            "whether httpd accepts " + shown(place_of(problem)), problem.message,
                            "ask httpd itself: apachectl configtest"});
  }

  void say_what_is_unread() {
    const Place place = place_of(*verdict_);
    not_checked_.push_back(
        {"", "the configuration as it will be once it is mended",
         fmt::format("httpd stops at {}; what it could not read there is missing from this audit, "
                     "and all findings are about the rest",
                     shown(place)),
         "mend that line, then audit again"});
  }

  void say_that_parts_are_missing() {
    not_checked_.push_back({"", "the parts of the configuration that could not be read",
                            "every finding is about the rest: what stands there may mend or worsen "
                            "it",
                            "see what is named as not read, then audit again as root"});
  }

  const Snapshot& snapshot_;
  const conf::Config& config_;
  const Problem* verdict_;
  bool unread_ = false;
  std::vector<Finding>& findings_;
  std::vector<NotChecked>& not_checked_;
};

}  // namespace

void judge_configuration(const Snapshot& snapshot, std::vector<Finding>& findings,
                         std::vector<NotChecked>& not_checked) {
  Judge(snapshot, findings, not_checked).judge();
}

}  // namespace stockade::audit
