#include "rules/support/directory_sections.h"

#include <algorithm>

#include "base/text.h"
#include "conf/wildcard.h"
#include "rules/support/applied_sections.h"

namespace stockade::rules {

namespace {

using conf::Directive;
using conf::Server;
using Sections = std::vector<const Directive*>;

bool is_literal(const Directive& section) {
  return regex_of(section).empty() && !conf::has_wildcard(section.arg(0));
}

size_t depth(const Directive& section) {
  size_t segments = 0;
  for (std::string_view segment : split(section.arg(0), '/')) segments += segment.empty() ? 0 : 1;
  return segments;
}

void add_own(const Server& server, std::string_view directory, Sections& found) {
  for (std::string_view name : {"Directory", "DirectoryMatch"}) {
    for (const Directive* section : server.sections(name)) {
      if (directory_applies(*section, directory)) found.push_back(section);
    }
  }
}

}  // namespace

DirectorySections::DirectorySections(const Snapshot& snapshot) {
  for (std::string_view name : {"Directory", "DirectoryMatch"}) {
    for (const Directive* section : snapshot.servers.main().sections(name)) {
      if (is_literal(*section)) {
        by_path_[normal_path(section->arg(0))].push_back(section);
      } else {
        others_.push_back(section);
      }
    }
  }
}

DirectorySections::DirectorySections(const Snapshot& snapshot, const Server& /*server*/) {
  for (std::string_view name : {"Directory", "DirectoryMatch"}) {
    const auto sections = snapshot.servers.main().sections(name);
    others_.insert(others_.end(), sections.begin(), sections.end());
  }
}

Sections DirectorySections::over(const Server& server, std::string_view directory) const {
  Sections found;
  for (std::string_view above = directory; !above.empty(); above = parent_path(above)) {
    const auto sections = by_path_.find(std::string(above));
    if (sections != by_path_.end()) {
      found.insert(found.end(), sections->second.begin(), sections->second.end());
    }
    if (above == "/") break;
  }
  for (const Directive* section : others_) {
    if (directory_applies(*section, directory)) found.push_back(section);
  }
  if (!server.is_main()) add_own(server, directory, found);
  const auto order = [](const Directive* section) {
    return regex_of(*section).empty() ? depth(*section) : SIZE_MAX;
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Directive* a, const Directive* b) { return order(a) < order(b); });
  return found;
}

std::optional<OptionState> option_of(const Directive& options, std::string_view option) {
  std::optional<OptionState> state;
  for (size_t i = 0; i < options.words.size(); ++i) {
    std::string_view word = options.arg(i);
    const char sign = word.empty() ? ' ' : word.front();
    if (sign == '+' || sign == '-') word.remove_prefix(1);
    if (sign != '+' && sign != '-' && !state) state = OptionState{false, &options, i};
    const bool all =
        equals_ignoring_case(word, "All") && !equals_ignoring_case(option, "MultiViews");
    if (all || equals_ignoring_case(word, option)) state = OptionState{sign != '-', &options, i};
  }
  return state;
}

OptionState option_in(const Server& server, const Sections& sections, std::string_view option) {
  OptionState state;
  state.on = equals_ignoring_case(option, "FollowSymLinks");
  const auto add = [&](const Directive& d) {
    if (!d.is("Options")) return;
    if (const auto said = option_of(d, option)) state = *said;
  };
  for (const Directive* d : server.main->own("Options")) add(*d);
  if (!server.is_main()) {
    for (const Directive* d : server.own("Options")) add(*d);
  }
  for (const Directive* section : sections) {
    for (const Directive& d : children_of(*section)) add(d);
  }
  return state;
}

}  // namespace stockade::rules
