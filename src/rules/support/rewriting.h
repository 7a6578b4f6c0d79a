// The rewrite rules of each place, with their conditions. Source: docs/2.4/mod/mod_rewrite.html.
#pragma once

#include <string_view>
#include <unordered_set>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

struct RewriteStep {
  const conf::Directive* rule = nullptr;
  std::vector<const conf::Directive*> conditions;
};

// A server, or a section within one, that holds RewriteRule lines.
struct RewriteScope {
  const conf::Directive* section = nullptr;  // null: the main server
  const conf::Server* server = nullptr;
  bool per_directory = false;               // not directly in a server
  const conf::Directive* engine = nullptr;  // the last RewriteEngine directly in it
  std::vector<RewriteStep> steps;           // in order
};

// Every scope, in the order in which its first rule is read. Linear.
using RewriteScopes = std::vector<RewriteScope>;
const RewriteScopes& rewrite_scopes(const Snapshot& snapshot);

// Whether a rule or condition (by its last argument in brackets) has the flag, by either name;
// "R=301" has the flag R.
bool has_flag(const conf::Directive& rule, std::string_view name, std::string_view long_name);

// Answers instead of passing on: [F], [G], or [R=4xx].
bool forbids(const conf::Directive& rule);

// The substitution is sent to another server ([P]) or as a redirect ([R], or an absolute URL).
bool proxies(const conf::Directive& rule);
bool redirects(const conf::Directive& rule);

// The virtual hosts that answer for an address when no name fits, and the main server: every Host
// header reaches them.
std::unordered_set<const conf::Server*> servers_for_any_name(const Snapshot& snapshot);

}  // namespace stockade::rules
