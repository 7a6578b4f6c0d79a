// $1, %1, %{NAME} and ${map:key} of a RewriteRule or RewriteCond.
// Source: modules/mappers/mod_rewrite.c (do_expand, lookup_variable, lookup_map).
#pragma once

#include "conf/effective/rewrite.h"
#include "conf/effective/rewrite_line.h"

namespace stockade::conf {

// Where the rules stand while they are followed.
struct RewriteState {
  const World& world;
  const RewriteScope& scope;
  RequestFacts& facts;
  const Layers& layers;
  std::string name;
  std::string query;
  std::string path_info;
  std::vector<std::string> groups;            // of the rule
  std::vector<std::string> condition_groups;  // of the last condition
  bool unsafe_mark = false;                   // a '?' of the request came into a target
};

// `flags` of the rule whose target it is; null: a condition, where nothing is escaped.
expr::Value expand_rewrite(RewriteState& state, std::string_view text, const RewriteFlags* flags);

// Whether all conditions hold, and what they capture.
expr::Answer conditions_hold(RewriteState& state, const std::vector<Found>& conditions);

}  // namespace stockade::conf
