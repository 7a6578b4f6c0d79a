// The variables of a request: SetEnvIf and its kin, SetEnv, and what rewriting adds.
// Source: modules/metadata/mod_setenvif.c (match_headers), mod_env.c.
#include "base/text.h"
#include "conf/checks/expressions.h"
#include "conf/effective/facts.h"

namespace stockade::conf {

namespace {

using expr::Truth;
using expr::unknown_value;
using expr::Value;

Value known(std::string text) { return {std::move(text), true, ""}; }

bool is_expression(std::string_view name) {
  return name.find_first_of("^$.*+?()[]|\\{}") != std::string_view::npos;
}

bool is_browser_match(const Directive& d) {
  return d.is("BrowserMatch") || d.is("BrowserMatchNoCase");
}

// Lines of one section that ask for the same thing get what the first of them got.
struct Asked {
  const Layer* layer = nullptr;
  std::string_view name;
  Value value;

  bool is(const Layer& other, std::string_view wanted) const {
    return layer == &other && equals_ignoring_case(name, wanted);
  }
};

}  // namespace

Value RequestFacts::environment(std::string_view name) const {
  const auto found = environment_.find(name);
  return found == environment_.end() ? known("") : found->second;
}

Truth RequestFacts::is_set(std::string_view name) const {
  const auto found = environment_.find(name);
  if (found == environment_.end()) return Truth::no;
  return found->second.known ? Truth::yes : Truth::unknown;
}

void RequestFacts::set_variable(std::string_view name, std::string value) {
  environment_.insert_or_assign(std::string(name), known(std::move(value)));
}

void RequestFacts::unset_variable(std::string_view name) {
  const auto found = environment_.find(name);
  if (found != environment_.end()) environment_.erase(found);
}

void RequestFacts::rename_environment() {
  std::map<std::string, Value, std::less<>> renamed;
  for (auto& [name, value] : environment_) renamed["REDIRECT_" + name] = std::move(value);
  environment_ = std::move(renamed);
}

// What the first word of SetEnvIf names, or the last header whose name an expression matches.
Value RequestFacts::attribute(std::string_view name) const {
  if (!is_expression(name)) return named_attribute(name);
  const auto pattern = Pattern::compile(name, true);
  if (!pattern) return unknown_value("the expression of a header's name");
  Value value = known("");
  if (pattern->matches("Host")) value = known(header("Host"));
  for (const auto& [key, text] : request_->headers) {
    if (pattern->matches(key)) value = known(text);
  }
  return value;
}

Value RequestFacts::named_attribute(std::string_view name) const {
  const auto is = [name](std::string_view other) { return equals_ignoring_case(name, other); };
  if (is("Remote_Addr")) return variable("REMOTE_ADDR");
  if (is("Request_URI")) return known(path);
  if (is("Request_Method")) return known(method);
  if (is("Remote_User") && !has_credentials()) return known("");
  if (is("Server_Addr") && !request_->address.empty()) return known(request_->address);
  if (is("Request_Protocol") || is("Server_Addr") || is("Remote_Host") || is("Remote_User")) {
    return unknown_value(std::string(name) + " is not known before httpd runs");
  }
  const std::string value = header(name);
  return value.empty() ? environment(name) : known(value);
}

// "name", "name=value", "!name"
void RequestFacts::apply(std::string_view assignment, const std::vector<std::string>& groups) {
  if (assignment.starts_with('!') && assignment.find('=') == std::string_view::npos) {
    return unset_variable(assignment.substr(1));
  }
  const size_t equals = assignment.find('=');
  const bool valued = equals != std::string_view::npos && equals + 1 < assignment.size();
  std::string value = valued ? std::string(assignment.substr(equals + 1)) : "1";
  if (value.starts_with('!')) return unset_variable(assignment.substr(0, equals));
  for (size_t group = 0; group < 10 && !groups.empty(); ++group) {
    const std::string text = group < groups.size() ? groups[group] : "";
    value = replace_all(std::move(value), "$" + std::to_string(group), text);
  }
  set_variable(assignment.substr(0, equals), std::move(value));
}

void RequestFacts::doubt(const Directive& d, size_t at, const Value& unknown) {
  for (size_t i = at; i < d.words.size(); ++i) {
    std::string_view name = d.arg(i);
    if (name.starts_with('!')) name.remove_prefix(1);
    environment_[std::string(name.substr(0, name.find('=')))] = unknown;
  }
}

void RequestFacts::set_from(const Directive& d, const Value& value, size_t at, bool ignore_case) {
  const auto pattern = Pattern::compile(d.arg(at), ignore_case);
  if (!pattern) return;
  if (!value.known) return doubt(d, at + 1, value);
  std::vector<std::string> groups;
  if (!pattern->matches(value.text, groups)) return;
  for (size_t i = at + 1; i < d.words.size(); ++i) apply(d.arg(i), groups);
}

void RequestFacts::set_from_expression(const Layer& layer, const Directive& d) {
  const expr::Parsed parsed = expr::parse(d.arg(0), parse_options(*layer.config));
  std::vector<std::string> groups;
  const expr::Answer answer = expr::evaluate(parsed.root, *this, groups);
  if (!parsed.error.empty() || answer.truth == Truth::unknown) {
    return doubt(d, 1, unknown_value(answer.cause));
  }
  if (answer.truth == Truth::no) return;
  for (size_t i = 1; i < d.words.size(); ++i) apply(d.arg(i), groups);
}

void RequestFacts::set_environment(const Layers& layers) {
  Asked asked;
  for (const Layer& layer : layers) {
    for (const Directive& d : layer.body) {
      if (d.section) continue;
      if (d.is("SetEnvIfExpr")) {
        set_from_expression(layer, d);
        continue;
      }
      const bool browser = is_browser_match(d);
      if (!browser && !d.is("SetEnvIf") && !d.is("SetEnvIfNoCase")) continue;
      const std::string_view name = browser ? "User-Agent" : d.arg(0);
      if (!asked.is(layer, name)) asked = {&layer, name, attribute(name)};
      set_from(d, asked.value, browser ? 0 : 1, ends_with_ignoring_case(d.name, "NoCase"));
    }
  }
}

void RequestFacts::add_fixed_environment(const Layers& layers) {
  std::map<std::string, Value, std::less<>> fixed;
  for (const Layer& layer : layers) {
    for (const Directive& d : layer.body) {
      if (d.section) continue;
      if (d.is("UnsetEnv")) {
        for (const Word& word : d.words) fixed.erase(std::string(word.text));
      }
      if (d.is("SetEnv")) fixed[std::string(d.arg(0))] = known(std::string(d.arg(1)));
      if (!d.is("PassEnv")) continue;
      for (const Word& word : d.words) {
        fixed[std::string(word.text)] = unknown_value("PassEnv asks httpd's own environment");
      }
    }
  }
  for (auto& [name, value] : fixed) environment_[name] = std::move(value);
}

}  // namespace stockade::conf
