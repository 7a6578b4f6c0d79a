#include "rules/support/root_files.h"

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/support/paths.h"

namespace stockade::rules {

namespace {

using conf::Directive;

void add_configuration(const Snapshot& snapshot, std::vector<RootFile>& files) {
  for (const auto& file : snapshot.config.files) {
    if (file->path.starts_with('/')) {
      files.push_back({normal_path(file->path), "a configuration file", nullptr});
    }
  }
  for (const conf::IncludeRecord& include : snapshot.config.includes) {
    std::string_view folder = include.pattern;
    while (conf::has_wildcard(folder)) folder = parent_path(folder);
    if (folder == include.pattern || folder.size() < 2) continue;
    files.push_back({normal_path(folder), "what is included", nullptr});
  }
}

void add_modules(const Snapshot& snapshot, std::vector<RootFile>& files) {
  for (const conf::LoadedModule& module : snapshot.config.modules) {
    if (module.path.empty()) continue;
    files.push_back({path_argument(snapshot, module.path), "a module", module.directive});
  }
  for (const Directive* d : snapshot.config.all("LoadFile")) {
    files.push_back({path_argument(snapshot, d->arg(0)), "a library", d});
  }
}

void add_programs(const Snapshot& snapshot, std::vector<RootFile>& files) {
  for (std::string_view name :
       {"ErrorLog", "CustomLog", "TransferLog", "GlobalLog", "ForensicLog"}) {
    for (const Directive* d : snapshot.config.all(name)) {
      const std::string_view program = piped_program(d->arg(0));
      if (!program.empty()) files.push_back({std::string(program), "a log program", d});
    }
  }
  for (const Directive* d : snapshot.config.all("RewriteMap")) {
    if (!starts_with_ignoring_case(d->arg(1), "prg:")) continue;
    const auto words = split_words(d->arg(1).substr(4));
    if (!words.empty() && words.front().starts_with('/')) {
      files.push_back({std::string(words.front()), "the program of a rewrite map", d});
    }
  }
}

}  // namespace

std::string_view piped_program(std::string_view argument) {
  if (!argument.starts_with('|')) return "";
  while (!argument.empty() && (argument.front() == '|' || argument.front() == '$')) {
    argument.remove_prefix(1);
  }
  const auto words = split_words(argument);
  return words.empty() || !words.front().starts_with('/') ? std::string_view() : words.front();
}

std::vector<RootFile> files_of_root(const Snapshot& snapshot) {
  std::vector<RootFile> files;
  add_configuration(snapshot, files);
  add_modules(snapshot, files);
  add_programs(snapshot, files);
  return files;
}

}  // namespace stockade::rules
