#include "rules/support/rewriting.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/text.h"

namespace stockade::rules {

namespace {

using conf::Directive;

conf::Children inside(const Snapshot& snapshot, const Directive* section) {
  return section == nullptr ? snapshot.config.top() : children_of(*section);
}

RewriteScope scope_of(const Snapshot& snapshot, const Directive& first_rule) {
  RewriteScope scope;
  scope.section = first_rule.parent;
  scope.server = &snapshot.servers.of(first_rule);
  scope.per_directory = scope.section != scope.server->section;
  std::vector<const Directive*> conditions;
  for (const Directive& d : inside(snapshot, scope.section)) {
    if (d.section) continue;
    if (d.is("RewriteEngine")) scope.engine = &d;
    if (d.is("RewriteCond")) conditions.push_back(&d);
    if (!d.is("RewriteRule")) continue;
    scope.steps.push_back({&d, std::move(conditions)});
    conditions.clear();
  }
  return scope;
}

std::string_view flags_of(const Directive& rule) {
  if (rule.words.size() < 3) return {};
  std::string_view flags = trim(rule.words.back().text);
  if (!flags.starts_with('[') || !flags.ends_with(']')) return {};
  return flags.substr(1, flags.size() - 2);
}

RewriteScopes find_scopes(const Snapshot& snapshot) {
  RewriteScopes scopes;
  std::unordered_set<const Directive*> seen;
  for (const Directive* rule : snapshot.config.all("RewriteRule")) {
    if (seen.insert(rule->parent).second) scopes.push_back(scope_of(snapshot, *rule));
  }
  return scopes;
}

}  // namespace

const RewriteScopes& rewrite_scopes(const Snapshot& snapshot) {
  return snapshot.derived.get<RewriteScopes>([&] { return find_scopes(snapshot); });
}

bool has_flag(const Directive& rule, std::string_view name, std::string_view long_name) {
  for (std::string_view flag : split(flags_of(rule), ',')) {
    flag = trim(flag.substr(0, flag.find('=')));
    if (equals_ignoring_case(flag, name) || equals_ignoring_case(flag, long_name)) return true;
  }
  return false;
}

bool forbids(const Directive& rule) {
  if (has_flag(rule, "F", "forbidden") || has_flag(rule, "G", "gone")) return true;
  for (std::string_view flag : split(flags_of(rule), ',')) {
    flag = trim(flag);
    if (starts_with_ignoring_case(flag, "R=4") || starts_with_ignoring_case(flag, "redirect=4")) {
      return true;
    }
  }
  return false;
}

bool proxies(const Directive& rule) { return has_flag(rule, "P", "proxy"); }

bool redirects(const Directive& rule) {
  if (proxies(rule) || forbids(rule)) return false;
  return has_flag(rule, "R", "redirect") || starts_with_ignoring_case(rule.arg(1), "http://") ||
         starts_with_ignoring_case(rule.arg(1), "https://");
}

std::unordered_set<const conf::Server*> servers_for_any_name(const Snapshot& snapshot) {
  std::unordered_set<const conf::Server*> servers{&snapshot.servers.main()};
  std::unordered_set<std::string> taken;
  for (const conf::Server& host : snapshot.servers.virtual_hosts()) {
    for (const conf::Address& address : host.addresses) {
      const std::string key = fmt::format("{} {}", address.host, address.port);
      if (taken.insert(key).second) servers.insert(&host);
    }
  }
  return servers;
}

}  // namespace stockade::rules
