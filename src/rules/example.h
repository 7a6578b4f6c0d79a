// An example of a rule's page, and the machine it stands on. The text is what httpd itself would
// accept: all that is not configuration stands in comments. See src/rules/README.md for the forms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/snapshot.h"
#include "rules/example_machine.h"

namespace stockade::rules {

constexpr std::string_view kExampleConfigFile = "/etc/apache2/apache2.conf";
constexpr std::string_view kExampleServerRoot = "/etc/apache2";
// Certificates expire: the day on which every example is looked at.
constexpr std::string_view kExampleToday = "2026-11-24T00:00:00Z";

// Where an example expects a finding.
struct Marker {
  std::string file;     // of the main file or another one; or the path found
  uint32_t line = 0;    // 0: the file as a whole
  uint32_t column = 0;  // 0: the directive's own name, or the whole line
  auto operator<=>(const Marker&) const = default;
};

struct Example {
  std::string text;  // the main configuration file, without markers and machine
  ExampleMachine machine;
  std::vector<Marker> markers;  // sorted
  bool refused = false;         // httpd refuses this configuration
  bool not_checked = false;     // the rule cannot decide this one, and says so
  std::string unjudged;         // why httpd itself cannot judge it here; empty: it can
};

// `base`: the example whose machine this one starts from (a fixed one stands on that of its bad
// one), or null. An error names the line.
Result<Example> parse_example(std::string_view text, const Example* base = nullptr);

// What the collector would bring from that machine.
Snapshot example_snapshot(const Example& example);

}  // namespace stockade::rules
