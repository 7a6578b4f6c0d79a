#include "rules/directive_path.h"

namespace stockade::rules {

namespace {

std::string section_title(const Snapshot& snapshot, const conf::Directive& section) {
  std::string title(section.name);
  const bool is_host = section.is("VirtualHost") && section.parent == nullptr;
  if (is_host && !snapshot.servers.all.empty()) {
    // Hosts share their address with many others; the name tells them apart. A label without a
    // name holds a line number, which would not survive a shift.
    const conf::Server& server = snapshot.servers.of(section);
    if (!server.name.empty()) return title + " " + server.label;
  }
  for (const conf::Word& word : section.words) title.append(" ").append(word.text);
  return title;
}

}  // namespace

std::string directive_path(const Snapshot& snapshot, const conf::Directive& d) {
  std::string path = d.section ? section_title(snapshot, d) : std::string(d.name);
  for (const conf::Directive* outer = d.parent; outer != nullptr; outer = outer->parent) {
    path = section_title(snapshot, *outer) + " > " + path;
  }
  return path;
}

}  // namespace stockade::rules
