#include "rules/support/applied_sections.h"

#include <algorithm>

#include "base/pattern.h"
#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"

namespace stockade::rules {

namespace {

using conf::Directive;
using conf::DirectiveList;
using Sections = std::vector<const Directive*>;

// Of a wildcard every segment is matched alone; dots are ordinary characters here.
bool matches_segment(std::string_view pattern, std::string_view segment) {
  return conf::matches_wildcard("." + std::string(pattern), "." + std::string(segment));
}

// Whether `pattern` matches the first segments of `path`; all of them if `whole`.
bool matches_path(std::string_view pattern, std::string_view path, bool whole) {
  while (pattern.size() > 1 && pattern.ends_with('/')) pattern.remove_suffix(1);
  if (pattern == "/") return true;
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (given.size() < wanted.size() || (whole && given.size() != wanted.size())) return false;
  return std::equal(wanted.begin(), wanted.end(), given.begin(), matches_segment);
}

bool matches_regex(std::string_view expression, std::string_view text) {
  const auto pattern = Pattern::compile(expression);
  return pattern && pattern->matches(text);
}

}  // namespace

std::string_view regex_of(const Directive& section) {
  if (ends_with_ignoring_case(section.name, "Match")) return section.arg(0);
  return section.arg(0) == "~" ? section.arg(1) : std::string_view();
}

bool directory_applies(const Directive& section, std::string_view directory) {
  if (const auto regex = regex_of(section); !regex.empty()) {
    return matches_regex(regex, std::string(directory) + (directory == "/" ? "" : "/"));
  }
  return matches_path(section.arg(0), directory, false);
}

bool files_apply(const Directive& section, std::string_view name) {
  const auto regex = regex_of(section);
  return regex.empty() ? matches_segment(section.arg(0), name) : matches_regex(regex, name);
}

bool location_applies(const Directive& section, std::string_view url) {
  if (const auto regex = regex_of(section); !regex.empty()) return matches_regex(regex, url);
  return matches_path(section.arg(0), url, conf::has_wildcard(section.arg(0)));
}

namespace {

class Collector {
 public:
  Collector(const Snapshot& snapshot, const RequestedFile& file, const DirectorySections* index)
      : snapshot_(snapshot), file_(file), index_(index), directory_(parent_path(file.path)) {}

  AppliedSections collect() {
    add_directories();
    add_htaccess();
    add_files();
    add_locations();
    add_undecided();
    return std::move(result_);
  }

 private:
  // Those of the main server, then the virtual host's own.
  Sections all(std::string_view name) const {
    const DirectiveList main = snapshot_.servers.main().sections(name);
    Sections sections(main.begin(), main.end());
    if (!file_.server->is_main()) {
      const DirectiveList own = file_.server->sections(name);
      sections.insert(sections.end(), own.begin(), own.end());
    }
    return sections;
  }

  void add_directories() {
    result_.sections =
        index_ != nullptr
            ? index_->over(*file_.server, directory_)
            : DirectorySections(snapshot_, *file_.server).over(*file_.server, directory_);
  }

  // The value that holds for a directory is the last of the plain sections above it.
  bool reads_htaccess(std::string_view directory) const {
    bool reads = false;  // None is the default
    for (const Directive* section : result_.sections) {
      if (!regex_of(*section).empty() || !directory_applies(*section, directory)) continue;
      for (const Directive& d : children_of(*section)) {
        if (d.is("AllowOverride")) reads = !equals_ignoring_case(d.arg(0), "None");
      }
    }
    return reads;
  }

  void add_htaccess() {
    const Directive* names = file_.server->last("AccessFileName");
    const std::string name(names == nullptr ? ".htaccess" : names->arg(0));
    for (std::string_view above = directory_;; above = parent_path(above)) {
      const std::string path = absolute_path(above, name);
      if (path_state(snapshot_, path) == PathState::present && reads_htaccess(above)) {
        result_.htaccess.push_back(path);
      }
      if (above == "/" || above.empty()) return;
    }
  }

  void add_files() {
    const Sections outer = result_.sections;
    const std::string_view name = file_name(file_.path);
    const auto add = [&](const Directive& section) {
      const bool is_files = section.section && (section.is("Files") || section.is("FilesMatch"));
      if (is_files && files_apply(section, name)) result_.sections.push_back(&section);
    };
    for (std::string_view kind : {"Files", "FilesMatch"}) {
      for (const Directive* section : all(kind)) add(*section);
    }
    for (const Directive* section : outer) {
      for (const Directive& d : children_of(*section)) add(d);
    }
  }

  void add_locations() {
    Sections sections = all("Location");
    const Sections with_regex = all("LocationMatch");
    sections.insert(sections.end(), with_regex.begin(), with_regex.end());
    for (const Directive* section : sections) {
      if (location_applies(*section, file_.url)) result_.sections.push_back(section);
    }
  }

  void add_undecided() {
    const auto is_condition = [](const Directive& d) {
      return d.section && (d.is("If") || d.is("ElseIf") || d.is("Else"));
    };
    for (std::string_view name : {"If", "ElseIf", "Else"}) {
      const Sections sections = all(name);
      result_.undecided.insert(result_.undecided.end(), sections.begin(), sections.end());
    }
    for (const Directive* section : result_.sections) {
      for (const Directive& d : children_of(*section)) {
        if (is_condition(d)) result_.undecided.push_back(&d);
      }
    }
  }

  const Snapshot& snapshot_;
  const RequestedFile& file_;
  const DirectorySections* index_;
  std::string directory_;
  AppliedSections result_;
};

}  // namespace

AppliedSections applied_sections(const Snapshot& snapshot, const RequestedFile& file,
                                 const DirectorySections* index) {
  return Collector(snapshot, file, index).collect();
}

}  // namespace stockade::rules
