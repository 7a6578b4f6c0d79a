#include "conf/second_pass.h"

#include <algorithm>
#include <utility>

#include "conf/checks/check.h"
#include "conf/checks/expressions.h"
#include "conf/versions.h"

namespace stockade::conf {

namespace {

constexpr size_t kMaxReported = 10'000;

class Walker {
 public:
  Walker(Config& config, const Environment& environment, const FileSystem& files,
         const std::function<const DirectiveInfo*(DirectiveId)>& row_of)
      : config_(config), environment_(environment), files_(files), row_of_(row_of) {
    for (const LoadedModule& module : config.modules) {
      if (find_module(module.identifier) == nullptr) strangers_.push_back(module.identifier);
    }
    for (const Problem& problem : config.problems) {
      if (problem.kind == Problem::Kind::uncertain) complete_ = false;
    }
    checks_.reserve(directive_id_count());
    for (size_t id = 0; id < directive_id_count(); ++id) {
      checks_.push_back(find_check(static_cast<DirectiveId>(id)));
    }
  }

  void walk(const Directive* first) {
    const Directive* previous = nullptr;
    for (const Directive* d = first; d != nullptr; d = d->next) {
      judge(*const_cast<Directive*>(d), previous);  // NOLINT: the tree is still being made
      walk(d->first_child);
      judge_content(*d);
      previous = d;
    }
  }

  // After the walk httpd wants the folder of each server's error log.
  void judge_error_logs() {
    const auto logs = config_.all("ErrorLog");
    const Directive* last_of_main = nullptr;
    for (const Directive* d : logs) {
      if (d->parent == nullptr) last_of_main = d;
    }
    std::string known;
    for (size_t i = 0; i < logs.size(); ++i) {
      const Directive& d = *logs[i];
      // Those of one virtual host lie together.
      const bool overridden = d.parent == nullptr
                                  ? &d != last_of_main
                                  : i + 1 < logs.size() && logs[i + 1]->parent == d.parent;
      if (!overridden) judge_error_log(d, known);
    }
  }

 private:
  void judge_error_log(const Directive& d, std::string& known) {
    const std::string_view name = d.arg(0);
    if (name.starts_with('|') || name == "syslog" || name.starts_with("syslog:")) return;
    std::string folder(parent_path(absolute_path(config_.server_root, name)));
    if (folder == known) return;
    const auto status = files_.status(folder);
    if (!status || status->type != FileType::directory) {
      return report(Problem::Kind::error, d,
                    "Cannot access directory '" + folder + "/' for an error log");
    }
    known = std::move(folder);
  }

  void judge(Directive& d, const Directive* previous) {
    d.info = d.id == kUnknownDirective ? nullptr : row_of_(d.id);
    if (d.info == nullptr) return judge_unknown(d);
    std::string message = message_for({config_, environment_, files_, d, *d.info, previous});
    if (!message.empty()) report(Problem::Kind::error, d, std::move(message));
  }

  // What httpd notices only when it has walked a section's children.
  void judge_content(const Directive& d) {
    if (!d.section || d.info == nullptr || d.id == kUnknownDirective) return;
    std::string message = check_content({config_, environment_, files_, d, *d.info});
    if (!message.empty()) report(Problem::Kind::error, d, std::move(message));
  }

  std::string message_for(const CheckInput& input) const {
    std::string message = check_context(input);
    if (!message.empty()) return message;
    const bool section = input.row.section;
    message = section ? check_sections(input) : check_arguments(input);
    if (!message.empty()) return message;
    message = section ? check_tag(input) : check_sections(input);
    if (message.empty()) message = check_value(input);
    if (message.empty() && checks_[input.directive.id] != nullptr) {
      message = checks_[input.directive.id](input);
    }
    if (message.empty()) message = check_expressions(input);
    return message;
  }

  // A module of httpd's own has it, loaded or not.
  bool known_today(const Directive& d) const {
    if (d.id == kUnknownDirective) return false;
    const auto rows = find_directive(d.name, d.section);
    return std::any_of(rows.begin(), rows.end(), [&](const DirectiveInfo& row) {
      return exists_in(row, environment_.version);
    });
  }

  void judge_unknown(Directive& d) {
    if (d.id != kUnknownDirective) d.info = &directive_info(d.id);
    // A module that no table describes may own any name, and what was not read may load any.
    const bool sure = complete_ && (strangers_.empty() || known_today(d));
    std::string message = "Invalid command '" + std::string(d.section ? "<" : "") +
                          std::string(d.name) +
                          "', perhaps misspelled or defined by a module not included in the "
                          "server configuration";
    report(sure ? Problem::Kind::error : Problem::Kind::uncertain, d, std::move(message));
  }

  void report(Problem::Kind kind, const Directive& d, std::string message) {
    // The first error is the verdict, however many doubts come before it.
    const bool verdict = kind == Problem::Kind::error && !std::exchange(refused_, true);
    if (++reported_ > kMaxReported && !verdict) return;
    if (reported_ == kMaxReported && !verdict) {
      kind = Problem::Kind::uncertain;
      message = "more than " + std::to_string(kMaxReported) + " errors: the rest is not shown";
    }
    const Origin& origin = config_.origins[d.origin];
    const bool macro = origin.kind == Origin::Kind::macro;
    config_.problems.push_back({kind, 2, d.file, d.line, d.offset, d.origin, d.counted,
                                macro ? std::string(origin.name) : config_.file(d.file).path,
                                std::move(message), ""});
  }

  Config& config_;
  const Environment& environment_;
  const FileSystem& files_;
  const std::function<const DirectiveInfo*(DirectiveId)>& row_of_;
  std::vector<std::string_view> strangers_;
  bool complete_ = true;       // the first pass read everything
  std::vector<Check> checks_;  // by DirectiveId
  size_t reported_ = 0;
  bool refused_ = false;
};

}  // namespace

void walk_tree(Config& config, const Environment& environment, const FileSystem& files,
               const std::function<const DirectiveInfo*(DirectiveId)>& row_of) {
  Walker walker(config, environment, files, row_of);
  walker.walk(config.root);
  if (environment.check_paths) walker.judge_error_logs();
}

}  // namespace stockade::conf
