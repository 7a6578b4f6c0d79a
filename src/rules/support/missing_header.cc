#include "rules/support/missing_header.h"

#include <fmt/format.h>

#include <vector>

#include "rules/support/headers.h"
#include "rules/support/redirects.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

using conf::Server;

void add_fix(const Snapshot& snapshot, Draft& draft, const WantedHeader& wanted,
             const Server* server) {
  std::string line(wanted.line);
  if (!snapshot.config.has_module("headers_module")) {
    draft.fix(fmt::format("load mod_headers (a2enmod headers), then: {}", line), wanted.risk,
              std::string(wanted.breaks));
    return;
  }
  draft.fix(std::string(wanted.summary), wanted.risk, std::string(wanted.breaks));
  if (server == nullptr || server->is_main()) {
    draft.append_to_main_file(std::move(line));
  } else {
    draft.insert_last(*server->section, std::move(line));
  }
}

}  // namespace

void report_missing_header(const Snapshot& snapshot, Reporter& report, const WantedHeader& wanted) {
  const HeaderLines lines(snapshot, wanted.name);
  std::vector<const Server*> lacking;
  size_t judged = 0;
  for (const Server* server : serving_servers(snapshot)) {
    if (wanted.exempt && wanted.exempt(*server)) continue;
    if (redirection_of(snapshot, *server).kind == Redirection::Kind::everything) continue;
    ++judged;
    const HeaderState state = lines.of(*server);
    if (state.sent()) continue;
    if (state.in_section == nullptr) {
      lacking.push_back(server);
      continue;
    }
    report.not_checked(
        fmt::format("whether every response of {} has {}", server->label, wanted.name),
        "it is set in a section, for a part of the requests", "set it directly in the server");
  }
  if (lacking.empty()) return;
  if (lacking.size() == judged) {
    Draft draft =
        report.find_missing(fmt::format("{} is not set by {}", wanted.name, names_of(lacking)));
    add_fix(snapshot, draft, wanted, nullptr);
    return;
  }
  for (const Server* server : lacking) {
    Draft draft = report.find_missing(
        *server, fmt::format("{} is not set by {}", wanted.name, server->label));
    draft.about(std::string(wanted.name));
    add_fix(snapshot, draft, wanted, server);
  }
}

}  // namespace stockade::rules
