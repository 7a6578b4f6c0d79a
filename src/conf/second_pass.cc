#include "conf/second_pass.h"

namespace stockade::conf {

namespace {

class Walker {
 public:
  Walker(Config& config, const std::function<const DirectiveInfo*(DirectiveId)>& row_of)
      : config_(config), row_of_(row_of) {
    for (const LoadedModule& module : config.modules) {
      if (find_module(module.identifier) == nullptr) strangers_.push_back(module.identifier);
    }
  }

  void walk(const Directive* first) {
    for (const Directive* d = first; d != nullptr; d = d->next) {
      judge(*const_cast<Directive*>(d));  // NOLINT: the tree is still being made
      walk(d->first_child);
    }
  }

 private:
  void judge(Directive& d) {
    d.info = d.id == kUnknownDirective ? nullptr : row_of_(d.id);
    if (d.info != nullptr) return;
    if (d.id != kUnknownDirective) d.info = &directive_info(d.id);
    // A module that no table describes may own any name.
    const bool sure = strangers_.empty() || d.id != kUnknownDirective;
    std::string message = "Invalid command '" + std::string(d.section ? "<" : "") +
                          std::string(d.name) +
                          "', perhaps misspelled or defined by a module not included in the "
                          "server configuration";
    report(sure ? Problem::Kind::error : Problem::Kind::uncertain, d, std::move(message));
  }

  void report(Problem::Kind kind, const Directive& d, std::string message) {
    const Origin& origin = config_.origins[d.origin];
    const bool macro = origin.kind == Origin::Kind::macro;
    config_.problems.push_back({kind, 2, d.file, d.line, d.offset, d.origin, d.counted,
                                macro ? std::string(origin.name) : config_.file(d.file).path,
                                std::move(message), ""});
  }

  Config& config_;
  const std::function<const DirectiveInfo*(DirectiveId)>& row_of_;
  std::vector<std::string_view> strangers_;
};

}  // namespace

void walk_tree(Config& config, const Environment& environment, const FileSystem& files,
               const std::function<const DirectiveInfo*(DirectiveId)>& row_of) {
  (void)environment;
  (void)files;
  Walker(config, row_of).walk(config.root);
}

}  // namespace stockade::conf
