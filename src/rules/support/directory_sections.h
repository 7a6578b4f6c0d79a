// The <Directory> sections over a directory, found without looking at all of them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

class DirectorySections {
 public:
  // Building is linear in the main server's sections.
  explicit DirectorySections(const Snapshot& snapshot);
  // For a single question: of `server` and the main server, without the work of an index.
  DirectorySections(const Snapshot& snapshot, const conf::Server& server);

  // Those that hold for files in `directory` (normalised), in merging order: by depth, those with
  // a regular expression last, of each the main server's first.
  std::vector<const conf::Directive*> over(const conf::Server& server,
                                           std::string_view directory) const;

 private:
  std::unordered_map<std::string, std::vector<const conf::Directive*>> by_path_;
  std::vector<const conf::Directive*> others_;  // wildcards and regular expressions
};

// Whether an option ("ExecCGI", "Indexes") is on for files under `sections` of `server`, and which
// word of which Options line says so last; null: httpd's default, FollowSymLinks alone.
struct OptionState {
  bool on = false;
  const conf::Directive* directive = nullptr;
  size_t word = 0;
};
OptionState option_in(const conf::Server& server,
                      const std::vector<const conf::Directive*>& sections, std::string_view option);

// What one Options line says of one option: on, off, or nothing (only signs, and not this one).
std::optional<OptionState> option_of(const conf::Directive& options, std::string_view option);

}  // namespace stockade::rules
