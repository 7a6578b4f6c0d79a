#include "report/jail_page.h"

#include <fmt/format.h>

#include <cstring>
#include <map>

#include "report/json.h"
#include "report/pen.h"

namespace stockade::report {
namespace {

using jail::AttemptResult;
using jail::Item;
using jail::ItemKind;

// In the order in which a reader wants to know of them.
constexpr ItemKind kOrder[] = {
    ItemKind::program, ItemKind::tool,    ItemKind::loader, ItemKind::module, ItemKind::library,
    ItemKind::config,  ItemKind::content, ItemKind::secret, ItemKind::data,   ItemKind::generated,
    ItemKind::runtime, ItemKind::state,   ItemKind::log,    ItemKind::device, ItemKind::link};

std::string_view meaning(ItemKind kind) {
  switch (kind) {
    case ItemKind::program:
      return "started in the jail: copies that only its root may start";
    case ItemKind::tool:
      return "what the site itself runs";
    case ItemKind::loader:
      return "the dynamic loader";
    case ItemKind::module:
      return "modules, read-only";
    case ItemKind::library:
      return "libraries, read-only";
    case ItemKind::config:
      return "configuration, read-only";
    case ItemKind::content:
      return "what is served, read-only, never run";
    case ItemKind::secret:
      return "keys and certificates: copies, renewed while it runs";
    case ItemKind::data:
      return "files that libraries and modules read";
    case ItemKind::generated:
      return "made for the jail";
    case ItemKind::runtime:
      return "empty directories in memory, written to";
    case ItemKind::state:
      return "directories of the host that are written to";
    case ItemKind::log:
      return "logs: they grow, and cannot be cut or removed";
    case ItemKind::device:
      return "devices";
    case ItemKind::link:
      return "links";
  }
  return "";
}

Json losses_json(const jail::Plan& plan, const jail::Closing& closing) {
  Json all = Json::array();
  for (const auto* losses : {&closing.losses, &plan.losses}) {
    for (const jail::Loss& loss : *losses) all.push_back({{"what", loss.what}, {"why", loss.why}});
  }
  return all;
}

std::string plan_json(const jail::Plan& plan, const jail::Closing& closing) {
  Json json;
  json["schema"] = "stockade/jail-plan/1";
  json["config"] = plan.config_file;
  json["level"] = to_string(closing.level);
  json["services"] = Json::array();
  for (const jail::Service& service : plan.services) {
    json["services"].push_back({{"name", service.name},
                                {"program", service.program},
                                {"arguments", service.arguments},
                                {"user", service.user}});
  }
  json["listens"] = Json::array();
  for (const jail::Endpoint& endpoint : plan.endpoints)
    json["listens"].push_back(
        {{"address", endpoint.host.empty() ? "*" : endpoint.host}, {"port", endpoint.port}});
  json["connects"] = Json::array();
  for (const jail::Backend& backend : plan.backends)
    json["connects"].push_back({{"host", backend.host.empty() ? "*" : backend.host},
                                {"port", backend.port},
                                {"why", backend.why}});
  json["items"] = Json::array();
  for (const Item& item : plan.items) {
    json["items"].push_back({{"kind", to_string(item.kind)},
                             {"path", item.path},
                             {"source", item.source},
                             {"directory", item.directory},
                             {"writable", item.writable()},
                             {"executable", item.executable()},
                             {"why", item.why}});
  }
  json["lost"] = losses_json(plan, closing);
  return dump(json, 2) + "\n";
}

void write_losses(Pen& pen, const jail::Plan& plan, const jail::Closing& closing) {
  if (plan.losses.empty() && closing.losses.empty()) return;
  pen.line(pen.dye(Ink::strong, "Not to be had here"));
  for (const auto* losses : {&closing.losses, &plan.losses}) {
    for (const jail::Loss& loss : *losses)
      pen.labelled("  - ", pen.safe(loss.what + ": " + loss.why), 4);
  }
  pen.line();
}

std::string answer_text(const AttemptResult& result) {
  if (result.answer == jail::kDoesNotApply) return "not asked";
  if (result.answer == jail::kReached) return "reached";
  if (result.answer < 0) return "not tried";
  if (result.answer == jail::kOpen) return "open";
  const char* name = strerrorname_np(result.answer);
  return name == nullptr ? std::to_string(result.answer) : name;
}

struct AttemptCounts {
  size_t refused = 0;
  size_t open = 0;
  size_t unexpected = 0;
  size_t lost = 0;  // open for want of a means
  size_t not_asked = 0;
};
AttemptCounts counts_of(const JailVerification& verification, jail::Role role) {
  AttemptCounts counts;
  for (const AttemptResult& result : verification.attempts) {
    if (result.role != role) continue;
    if (result.answer == jail::kDoesNotApply) {
      ++counts.not_asked;
    } else if (result.refused()) {
      ++counts.refused;
    } else {
      ++counts.open;
    }
    if (result.is_unexpected()) ++counts.unexpected;
    if (result.is_lost && !result.refused()) ++counts.lost;
  }
  return counts;
}

std::vector<jail::Role> roles_in(const JailVerification& verification) {
  std::vector<jail::Role> roles;
  for (const AttemptResult& result : verification.attempts) {
    if (roles.empty() || roles.back() != result.role) roles.push_back(result.role);
  }
  return roles;
}

size_t unexpected_of(const JailVerification& verification) {
  size_t count = 0;
  for (const AttemptResult& result : verification.attempts) count += result.is_unexpected() ? 1 : 0;
  for (const jail::Proof& proof : verification.proofs)
    count += proof.expected && !proof.holds ? 1 : 0;
  return count;
}

std::string verification_json(const JailVerification& verification) {
  Json json;
  json["schema"] = "stockade/jail-verify/1";
  json["level"] = to_string(verification.level);
  json["unexpected"] = unexpected_of(verification);
  json["roles"] = Json::object();
  for (const jail::Role role : roles_in(verification)) {
    const AttemptCounts counts = counts_of(verification, role);
    json["roles"][std::string(to_string(role))] = {{"refused", counts.refused},
                                                   {"open", counts.open},
                                                   {"unexpected", counts.unexpected},
                                                   {"lost", counts.lost},
                                                   {"not_asked", counts.not_asked}};
  }
  json["attempts"] = Json::array();
  for (const AttemptResult& result : verification.attempts) {
    const jail::Attempt* attempt = jail::find_attempt(result.name);
    json["attempts"].push_back({{"role", to_string(result.role)},
                                {"id", result.name},
                                {"attempt", attempt == nullptr ? "" : attempt->what},
                                {"answer", answer_text(result)},
                                {"refused", result.refused()},
                                {"expected", result.expected_refused ? "refused"
                                             : result.is_lost        ? "lost"
                                                                     : "open"},
                                {"unexpected", result.is_unexpected()}});
  }
  json["proofs"] = Json::array();
  for (const jail::Proof& proof : verification.proofs) {
    json["proofs"].push_back({{"id", proof.name},
                              {"what", proof.what},
                              {"holds", proof.holds},
                              {"expected", proof.expected},
                              {"evidence", proof.evidence}});
  }
  json["findings"] = Json::array();
  for (const AttemptResult& result : verification.attempts) {
    if (!result.is_unexpected()) continue;
    const jail::Attempt* attempt = jail::find_attempt(result.name);
    json["findings"].push_back(
        {{"id", "jail-open-" + result.name},
         {"role", to_string(result.role)},
         {"text", std::string("the ") + std::string(to_string(result.role)) + " could " +
                      std::string(attempt == nullptr ? result.name : attempt->what)}});
  }
  json["lost"] = verification.lost;
  return dump(json, 2) + "\n";
}

}  // namespace

std::string render_jail_plan(const jail::Plan& plan, const jail::Closing& closing,
                             TextFormat format, const RenderOptions& options) {
  if (format == TextFormat::json) return plan_json(plan, closing);
  Pen pen(options);
  pen.line(pen.dye(Ink::strong, "A jail for " + pen.safe(plan.config_file)) + ", level " +
           std::string(to_string(closing.level)));
  pen.line();
  for (const jail::Service& service : plan.services)
    pen.line(fmt::format("  runs     {} as {}", service.name, pen.safe(service.user)));
  for (const jail::Endpoint& endpoint : plan.endpoints)
    pen.line(fmt::format("  listens  {}:{}", endpoint.host.empty() ? "*" : pen.safe(endpoint.host),
                         endpoint.port));
  for (const jail::Backend& backend : plan.backends)
    pen.line(fmt::format("  connects {}:{} ({})",
                         backend.host.empty() ? "*" : pen.safe(backend.host), backend.port,
                         pen.safe(backend.why)));
  pen.line();
  for (const ItemKind kind : kOrder) {
    std::vector<const Item*> of_kind;
    for (const Item& item : plan.items) {
      if (item.kind == kind) of_kind.push_back(&item);
    }
    if (of_kind.empty()) continue;
    pen.line(fmt::format(
        "{} {}", pen.dye(Ink::strong, fmt::format("{:>4} {}", of_kind.size(), to_string(kind))),
        pen.dye(Ink::faint, meaning(kind))));
    const bool is_short =
        (kind == ItemKind::library || kind == ItemKind::module || kind == ItemKind::link) &&
        !options.show_all;
    for (size_t i = 0; i < of_kind.size() && (!is_short || i < 3); ++i) {
      pen.line(pen.fit("       " + pen.safe(of_kind[i]->path) + "  " +
                           pen.dye(Ink::faint, pen.safe(of_kind[i]->why)),
                       pen.width() + 20));
    }
    if (is_short && of_kind.size() > 3)
      pen.line(pen.dye(Ink::faint, fmt::format("       and {} more (--all)", of_kind.size() - 3)));
  }
  pen.line();
  write_losses(pen, plan, closing);
  return pen.take();
}

std::string render_jail_verification(const JailVerification& verification, TextFormat format,
                                     const RenderOptions& options) {
  if (format == TextFormat::json) return verification_json(verification);
  Pen pen(options);
  pen.line(pen.dye(Ink::strong, "Attempts to get out") + ", level " +
           std::string(to_string(verification.level)));
  pen.line();
  pen.line(fmt::format("  {:<10} {:>8} {:>6} {:>13}", "as", "refused", "open", "unexpected"));
  for (const jail::Role role : roles_in(verification)) {
    const AttemptCounts counts = counts_of(verification, role);
    pen.line(fmt::format("  {:<10} {:>8} {:>6} {}", to_string(role), counts.refused, counts.open,
                         pen.dye(counts.unexpected > 0 ? Ink::critical : Ink::added,
                                 fmt::format("{:>13}", counts.unexpected))));
  }
  pen.line();
  for (const AttemptResult& result : verification.attempts) {
    const bool is_open = !result.refused() && result.answer != jail::kDoesNotApply;
    if (!options.show_all && !is_open) continue;
    const jail::Attempt* attempt = jail::find_attempt(result.name);
    const std::string mark = result.is_unexpected()      ? pen.dye(Ink::critical, "UNEXPECTED")
                             : is_open && result.is_lost ? pen.dye(Ink::medium, "LOST      ")
                             : is_open                   ? "as planned"
                                                         : "refused   ";
    pen.line(fmt::format("  {:<8} {} {:<10} {}", to_string(result.role), mark, answer_text(result),
                         attempt == nullptr ? result.name : attempt->what));
  }
  pen.line();
  pen.line(pen.dye(Ink::strong, "Looked at from outside"));
  for (const jail::Proof& proof : verification.proofs) {
    if (!proof.expected && !options.show_all) continue;
    const std::string mark = proof.holds      ? pen.dye(Ink::added, "holds")
                             : proof.expected ? pen.dye(Ink::critical, "FAILS")
                                              : "  no ";
    pen.line(pen.fit(fmt::format("  {}  {}{}", mark, proof.what,
                                 proof.evidence.empty() ? "" : ": " + pen.safe(proof.evidence)),
                     pen.width() + 12));
  }
  for (const std::string& lost : verification.lost) pen.labelled("  lost   ", pen.safe(lost), 3);
  pen.line();
  const size_t unexpected = unexpected_of(verification);
  size_t lost = 0;
  for (const AttemptResult& result : verification.attempts)
    lost += result.is_lost && !result.refused() && result.answer != jail::kDoesNotApply ? 1 : 0;
  if (lost > 0)
    pen.line(
        fmt::format("{} attempt(s) got out, as this kernel or this site lacks what would refuse "
                    "them (LOST above).",
                    lost));
  pen.line(unexpected == 0
               ? pen.dye(Ink::added, lost == 0 ? "The jail holds." : "Everything else holds.")
               : pen.dye(Ink::critical,
                         fmt::format("The jail does not hold: {} unexpected.", unexpected)));
  return pen.take();
}

}  // namespace stockade::report
