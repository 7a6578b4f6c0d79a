// The directives whose arguments hold ap_expr expressions.
// Source: https://httpd.apache.org/docs/2.4/expr.html and each module's own code.
#include "conf/checks/expressions.h"

#include <vector>

#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kPrefix = "expr=";

bool has_template(std::string_view text) { return text.find("%{") != std::string_view::npos; }

std::vector<ExpressionText> in_require(const Directive& d) {
  const size_t at = equals_ignoring_case(d.arg(0), "not") ? 1 : 0;
  const std::string_view provider = d.arg(at);
  if (!is_one_of(provider,
                 "expr|user|host|group|forward-dns|ldap-user|ldap-group|ldap-dn|"
                 "ldap-attribute|ldap-filter|ldap-search|dbm-group|dbd-group")) {
    return {};
  }
  const std::string_view rest = require_arguments(d);
  if (provider == "expr") {
    const bool quoted = rest.size() > 1 && rest.starts_with('"') && rest.ends_with('"');
    return {{quoted ? rest.substr(1, rest.size() - 2) : rest, false}};
  }
  if (!has_template(rest)) return {};
  return {{rest, true}};
}

std::vector<ExpressionText> in_header(const Directive& d) {
  std::vector<ExpressionText> found;
  const size_t at = is_one_of(d.arg(0), "always|onsuccess") ? 1 : 0;
  const std::string_view action = d.arg(at);
  const bool edits = is_one_of(action, "edit|edit*");
  const size_t value = at + (edits ? 3 : 2);
  const bool bare = is_one_of(action, "unset|echo");
  if (!bare && starts_with_ignoring_case(d.arg(value), kPrefix)) {
    found.push_back({d.arg(value).substr(kPrefix.size()), true});
  }
  const std::string_view condition = d.arg(bare ? value : value + 1);
  if (starts_with_ignoring_case(condition, kPrefix)) {
    found.push_back({condition.substr(kPrefix.size()), false});
  }
  return found;
}

std::vector<ExpressionText> in_custom_log(const Directive& d) {
  const std::string_view condition = d.arg(2);
  if (!starts_with_ignoring_case(condition, kPrefix)) return {};
  return {{condition.substr(kPrefix.size()), false}};
}

std::vector<ExpressionText> in_rewrite_condition(const Directive& d) {
  if (!equals_ignoring_case(d.arg(0), "expr")) return {};
  return {{d.arg(1), false}};
}

std::vector<ExpressionText> in_first_word(const Directive& d) { return {{d.arg(0), false}}; }

std::vector<ExpressionText> in_template(const Directive& d) {
  std::string_view text = d.arg(0);
  if (starts_with_ignoring_case(text, kPrefix)) return {{text.substr(kPrefix.size()), true}};
  if (!has_template(text)) return {};
  return {{text, true}};
}

std::vector<ExpressionText> in_error_document(const Directive& d) {
  if (!has_template(d.arg(1))) return {};
  return {{d.arg(1), true}};
}

// Within a Location, where the path is the section's.
std::vector<ExpressionText> in_mapping(const Directive& d) {
  const bool in_location =
      d.enclosing("Location") != nullptr || d.enclosing("LocationMatch") != nullptr;
  if (!in_location || d.words.empty()) return {};
  const std::string_view text = d.words.back().text;
  if (!has_template(text)) return {};
  return {{text, true}};
}

struct Holder {
  std::string_view name;
  bool section;
  std::vector<ExpressionText> (*find)(const Directive& d);
};
constexpr Holder kHolders[] = {
    {"If", true, in_first_word},
    {"ElseIf", true, in_first_word},
    {"Require", false, in_require},
    {"Header", false, in_header},
    {"RequestHeader", false, in_header},
    {"CustomLog", false, in_custom_log},
    {"GlobalLog", false, in_custom_log},
    {"RewriteCond", false, in_rewrite_condition},
    {"SetEnvIfExpr", false, in_first_word},
    {"SetHandler", false, in_template},
    {"AuthName", false, in_template},
    {"AuthType", false, in_template},
    {"ErrorDocument", false, in_error_document},
    {"Redirect", false, in_mapping},
    {"RedirectTemp", false, in_mapping},
    {"RedirectPermanent", false, in_mapping},
    {"Alias", false, in_mapping},
    {"ScriptAlias", false, in_mapping},
};

const Holder* holder_of(DirectiveId id) {
  static const std::vector<const Holder*> kById = [] {
    std::vector<const Holder*> by_id(directive_id_count());
    for (const Holder& holder : kHolders) {
      const DirectiveId known = directive_id(holder.name, holder.section);
      if (known != kUnknownDirective) by_id[known] = &holder;
    }
    return by_id;
  }();
  return id == kUnknownDirective ? nullptr : kById[id];
}

}  // namespace

std::string_view require_arguments(const Directive& d) {
  std::string_view rest = trim(d.args);
  for (size_t words = equals_ignoring_case(d.arg(0), "not") ? 2 : 1; words > 0; --words) {
    // The provider's name may be quoted, as a file written by a program has it.
    const char quote = rest.empty() ? '\0' : rest[0];
    const bool quoted = quote == '"' || quote == '\'';
    size_t end = quoted ? rest.find(quote, 1) : rest.find_first_of(" \t");
    if (quoted && end != std::string_view::npos) ++end;
    rest = end == std::string_view::npos ? std::string_view() : trim(rest.substr(end));
  }
  return rest;
}

std::vector<ExpressionText> expressions_in(const Directive& d) {
  const Holder* holder = holder_of(d.id);
  return holder == nullptr ? std::vector<ExpressionText>() : holder->find(d);
}

expr::ParseOptions parse_options(const Config& config) {
  expr::ParseOptions options;
  options.has_module = [&config](std::string_view name) { return config.has_module(name); };
  for (const LoadedModule& module : config.modules) {
    if (find_module(module.identifier) == nullptr) options.strangers = true;
  }
  return options;
}

std::string check_expressions(const CheckInput& input) {
  if (holder_of(input.directive.id) == nullptr) return "";
  for (const ExpressionText& found : expressions_in(input.directive)) {
    expr::ParseOptions options = parse_options(input.config);
    options.as_string = found.as_string;
    const expr::Parsed parsed = expr::parse(found.text, options);
    if (!parsed.error.empty()) return "Cannot parse expression: " + parsed.error;
  }
  // Unquoted, only the first word is the condition.
  if (input.directive.section && input.directive.words.size() > 1) {
    return "Multiple <" + std::string(input.name()) + "> arguments not supported.";
  }
  return "";
}

}  // namespace stockade::conf
