#include "rules/support/open_handler.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "rules/support/access.h"
#include "rules/support/paths.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

using conf::Directive;
using conf::Server;
// Those whose requests fall into the section that holds `d`.
std::vector<const Server*> servers_of(const Snapshot& snapshot, const Directive& d) {
  const Server& own = snapshot.servers.of(d);
  if (own.is_main()) return serving_servers(snapshot);
  return {&own};
}

std::string document_root(const Snapshot& snapshot, const Server& server) {
  const Directive* root = server.last("DocumentRoot");
  return path_argument(snapshot, root == nullptr ? "htdocs" : root->arg(0));
}

void judge(const Snapshot& snapshot, Reporter& report, const Directive& d,
           const InsideHandler& handler) {
  const Directive* section = d.parent;
  const std::string url(section->arg(0));
  std::vector<const Server*> open;
  Reach uncertain;
  Reach served;
  for (const Server* server : servers_of(snapshot, d)) {
    const Reach reach =
        reach_of(snapshot, {server, normal_path(document_root(snapshot, *server) + url), url});
    if (reach.kind == Reach::Kind::served) {
      open.push_back(server);
      served = reach;
    }
    if (reach.kind == Reach::Kind::uncertain) uncertain = reach;
  }
  if (open.empty()) {
    if (uncertain.kind != Reach::Kind::uncertain) return;
    report.not_checked(fmt::format("who reaches {}", url), uncertain.reason,
                       fmt::format("ask the server for {} from outside", url));
    return;
  }
  Draft draft = report.find(
      d, 0, fmt::format("everybody sees {} at {} of {}", handler.shows, url, names_of(open)));
  if (served.decided_by != nullptr) draft.evidence(*served.decided_by, "grants everybody");
  draft.example(url).fix("let only this machine in", FixRisk::careful,
                         "monitoring from other machines: name their addresses with Require ip");
  bool replaced = false;
  for (const Directive& rule : children_of(*section)) {
    const bool decides = rule.is("Require") && served.decided_by == &rule;
    if (decides) draft.replace(rule, "Require local");
    replaced = replaced || decides;
  }
  // Order and Allow in the same section would still have their say.
  if (!replaced && (served.decided_by == nullptr || !served.decided_by->is("Allow"))) {
    draft.insert_last(*section, "Require local");
  }
}

}  // namespace

void report_open_handler(const Snapshot& snapshot, Reporter& report, const InsideHandler& handler) {
  for (const Directive* d : snapshot.config.all("SetHandler")) {
    if (!equals_ignoring_case(d->arg(0), handler.name) || d->parent == nullptr) continue;
    const bool plain = d->parent->is("Location") && d->parent->arg(0).starts_with('/') &&
                       d->parent->arg(0).find_first_of("*?[") == std::string_view::npos;
    if (plain) {
      judge(snapshot, report, *d, handler);
      continue;
    }
    const auto answer = required_in(*d->parent);
    if (answer && answer->access != Access::granted) continue;
    report.not_checked(fmt::format("who reaches the handler {}", handler.name),
                       fmt::format("it is set in <{} {}>", d->parent->name, d->parent->args),
                       "put it into a <Location> with a plain path");
  }
}

}  // namespace stockade::rules
