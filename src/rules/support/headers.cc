#include "rules/support/headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace stockade::rules {

namespace {

using conf::Directive;
using conf::Server;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return equals_ignoring_case(word, name); });
}

bool is_condition(std::string_view word) {
  return equals_ignoring_case(word, "early") || starts_with_ignoring_case(word, "env=") ||
         starts_with_ignoring_case(word, "expr=");
}

// A section that every request meets, whatever its URL.
bool holds_everywhere(const Directive& section) {
  if (section.is("VirtualHost")) return true;
  const std::string_view argument = section.arg(0);
  if (section.is("Location") || section.is("Directory")) return argument == "/";
  constexpr std::array<std::string_view, 5> kEverything = {"/", "^", "^/", ".*", "^.*$"};
  return section.is("LocationMatch") &&
         std::find(kEverything.begin(), kEverything.end(), argument) != kEverything.end();
}

bool in_every_response(const Directive& d) {
  for (const Directive* section = d.parent; section != nullptr; section = section->parent) {
    if (!holds_everywhere(*section)) return false;
  }
  return true;
}

}  // namespace

bool HeaderLine::sets() const {
  return is_one_of(action, {"set", "add", "append", "merge", "setifempty"});
}

std::optional<HeaderLine> header_line(const Directive& d) {
  if (!d.is("Header")) return std::nullopt;
  size_t at = 0;
  HeaderLine line;
  line.directive = &d;
  line.always = equals_ignoring_case(d.arg(0), "always");
  if (line.always || equals_ignoring_case(d.arg(0), "onsuccess")) ++at;
  line.action = d.arg(at);
  line.name_word = at + 1;
  line.name = d.arg(line.name_word);
  if (line.name.ends_with(':')) line.name.remove_suffix(1);
  if (line.name.empty()) return std::nullopt;
  if (!is_one_of(line.action, {"unset", "echo"})) line.value = d.arg(at + 2);
  line.conditional = d.words.size() > at + 2 && is_condition(d.words.back().text);
  return line;
}

HeaderLines::HeaderLines(const Snapshot& snapshot, std::string_view name) {
  for (const Directive* d : snapshot.config.all("Header")) {
    const auto line = header_line(*d);
    if (!line || !equals_ignoring_case(line->name, name)) continue;
    Lines& lines = by_server_[&snapshot.servers.of(*d)];
    if (in_every_response(*d)) {
      lines.everywhere.push_back(*line);
    } else if (line->sets()) {
      lines.in_section = d;
    }
  }
}

void HeaderLines::merge(const Server& server, HeaderState& state) const {
  const auto found = by_server_.find(&server);
  if (found == by_server_.end()) return;
  for (const HeaderLine& line : found->second.everywhere) {
    auto& slot = line.always ? state.always : state.on_success;
    if (line.sets()) slot = line;
    if (equals_ignoring_case(line.action, "unset") && !line.conditional) slot.reset();
  }
  if (found->second.in_section != nullptr) state.in_section = found->second.in_section;
}

std::vector<const Server*> HeaderLines::servers(const Snapshot& snapshot) const {
  std::vector<const Server*> found;
  if (by_server_.contains(&snapshot.servers.main())) found.push_back(&snapshot.servers.main());
  for (const auto& [server, lines] : by_server_) {
    if (!server->is_main()) found.push_back(server);
  }
  // Servers stand in one array, in the order of the configuration.
  std::sort(found.begin(), found.end());
  return found;
}

HeaderState HeaderLines::of(const Server& server) const {
  HeaderState state;
  merge(*server.main, state);
  if (!server.is_main()) merge(server, state);
  return state;
}

}  // namespace stockade::rules
