// The findings of one report put together for a reader: what one rule found, as one entry.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace stockade::report {

// Open findings of one rule and severity, in the order of the report; the first one stands for all.
struct Group {
  std::vector<const Finding*> findings;
  size_t servers = 0;  // different virtual hosts among them
  bool any_new = false;

  const Finding& first() const { return *findings.front(); }
};
std::vector<Group> group_open(const audit::Report& report);

// "3 vhosts", "12 places", or empty for a single one.
std::string size_label(const Group& group);

// The file as a person names it: below ServerRoot without it, under --root without that.
std::string short_file(const Snapshot& snapshot, std::string_view file);
// "sites-enabled/shop.conf:14", or the file alone.
std::string short_place(const Snapshot& snapshot, const Place& place);

// "web1.example.org  Apache 2.4.57 (Debian GNU/Linux 12 (bookworm), event)": what is known of it.
std::string target_name(const Snapshot& snapshot);
std::string version_text(uint32_t version);  // 20471 -> "2.4.71"; 0 -> ""

// "1 file", "2 files".
std::string counted(size_t number, std::string_view one, std::string_view many);

// What a fix asks of the administrator: "safe: a reload is enough".
std::string_view risk_text(FixRisk risk);

// What was not checked, in one line: what, reason, remedy.
std::string gap_text(const NotChecked& gap);

}  // namespace stockade::report
