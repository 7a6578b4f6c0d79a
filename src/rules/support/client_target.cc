#include "rules/support/client_target.h"

#include <algorithm>

#include "base/pattern.h"
#include "base/text.h"
#include "rules/support/captures.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

using conf::Directive;

constexpr std::string_view kForeignHost = "evil.example";

bool is_host_name(std::string_view variable) {
  return variable == "HTTP_HOST" || variable == "SERVER_NAME" || variable == "HTTP:Host";
}

bool is_header(std::string_view variable) {
  return variable.starts_with("HTTP_") || starts_with_ignoring_case(variable, "HTTP:");
}

bool is_url_part(std::string_view variable) {
  return variable == "QUERY_STRING" || variable == "REQUEST_URI" || variable == "THE_REQUEST";
}

// A condition whose pattern lets any host through says nothing about it.
bool lets_through(const Directive& condition, std::string_view host) {
  const std::string_view pattern = condition.arg(1);
  if (pattern.starts_with('!')) return true;
  if (pattern.starts_with('=') || pattern.starts_with('<') || pattern.starts_with('>')) {
    return false;
  }
  if (pattern.starts_with('-')) return true;
  const auto compiled = Pattern::compile(pattern, has_flag(condition, "NC", "nocase"));
  return !compiled || compiled->matches(host);
}

bool limited(const RewriteStep& step, std::string_view written) {
  return std::any_of(step.conditions.begin(), step.conditions.end(), [&](const Directive* c) {
    const std::string_view tested = c->arg(0);
    if (tested.find("${") != std::string_view::npos) return true;
    return tested.find(written) != std::string_view::npos && !lets_through(*c, kForeignHost);
  });
}

// A group that ends the authority must take a whole host; one with text behind it must also take
// what cuts that text off.
bool takes_host(std::string_view group, bool ends_authority) {
  if (ends_authority) return group_takes(group, kForeignHost);
  for (std::string_view text : {"evil.example/", "evil.example?", "evil.example#"}) {
    if (group_takes(group, text)) return true;
  }
  return false;
}

// What a reference stands in.
struct Spot {
  std::string_view origin;  // scheme and authority
  const Reference& reference;
  std::string_view before() const { return origin.substr(0, reference.begin); }
  std::string_view behind() const { return origin.substr(reference.end); }
  // The authority up to here is written out, so that the text can only continue it.
  bool continues_host() const { return !before().ends_with("://") && !before().ends_with('@'); }
  bool ends_authority() const { return behind().empty() || behind().starts_with(':'); }
  bool is_port() const {
    const std::string_view text = before();
    const size_t colon = text.rfind(':');
    return colon != std::string_view::npos && colon + 1 == text.size();
  }
};

bool group_is_free(std::string_view pattern, size_t number, const Spot& spot, bool slash_first) {
  const auto groups = groups_of(pattern);
  if (number > groups.size()) return false;
  if (number == 0) return !(slash_first && spot.continues_host());
  const Group& group = groups[number - 1];
  if (!spot.continues_host()) return takes_host(group.text, spot.ends_authority());
  if (!spot.behind().empty()) return false;
  // In a server every path begins with a slash, which ends the host.
  const std::string_view before = pattern.substr(0, group.begin);
  if (slash_first && before == "^") return false;
  if (spot.is_port())
    return group_takes(group.text, "22") || group_takes(group.text, "@evil.example");
  return group_takes(group.text, ".evil.example") || group_takes(group.text, ".evil.example/");
}

const Directive* last_positive(const RewriteStep& step) {
  for (auto c = step.conditions.rbegin(); c != step.conditions.rend(); ++c) {
    const std::string_view pattern = (*c)->arg(1);
    if (!pattern.starts_with('!') && !pattern.starts_with('-') && !pattern.starts_with('=')) {
      return *c;
    }
  }
  return nullptr;
}

}  // namespace

std::string ClientTargets::chosen_by_client(const RewriteScope& scope, const RewriteStep& step,
                                            bool with_headers) const {
  const std::string_view target = step.rule->arg(1);
  const std::string_view origin = origin_of(target);
  for (const Reference& reference : references_in(origin)) {
    const std::string_view written =
        origin.substr(reference.begin, reference.end - reference.begin);
    const Spot spot{origin, reference};
    bool free = false;
    if (reference.kind == Reference::Kind::group) {
      free = !limited(step, written) &&
             group_is_free(step.rule->arg(0), reference.number, spot, !scope.per_directory);
    } else if (reference.kind == Reference::Kind::condition_group) {
      const Directive* condition = last_positive(step);
      if (condition == nullptr || condition->arg(0).find("${") != std::string_view::npos) continue;
      const bool header = condition->arg(0).find("HTTP") != std::string_view::npos;
      const bool client = header
                              ? with_headers
                              : condition->arg(0).find("QUERY_STRING") != std::string_view::npos ||
                                    condition->arg(0).find("RE") != std::string_view::npos;
      free = client && group_is_free(condition->arg(1), reference.number, spot, false);
      if (free && condition->arg(0) == "%{HTTP_HOST}") free = any_name_.contains(scope.server);
    } else if (reference.kind == Reference::Kind::variable && !spot.continues_host()) {
      if (is_host_name(reference.name)) {
        const Directive* canonical = scope.server->last("UseCanonicalName");
        const bool own_name =
            reference.name == "SERVER_NAME" && canonical != nullptr && !is_off(*canonical);
        free = with_headers && !own_name && any_name_.contains(scope.server);
      } else {
        free = is_url_part(reference.name) || (with_headers && is_header(reference.name));
      }
      free = free && !limited(step, written);
    }
    if (free) return std::string(written);
  }
  return "";
}

}  // namespace stockade::rules
