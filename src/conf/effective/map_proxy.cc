// ProxyPass: the section's own, then the main server's list, then the virtual host's.
// Source: modules/proxy/mod_proxy.c (proxy_trans, ap_proxy_trans_match, add_pass).
#include "base/pattern.h"
#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/mapping.h"
#include "conf/wildcard.h"

namespace stockade::conf {

namespace {

enum class Outcome : uint8_t { next, declined, settled };

struct PassLine {
  Found found;
  std::string_view from;
  std::string_view to;
  size_t options = 2;  // the first word behind both
  bool pattern = false;

  bool has(std::string_view option) const {
    for (size_t i = options; i < found.directive->words.size(); ++i) {
      if (starts_with_ignoring_case(found.directive->arg(i), option)) return true;
    }
    return false;
  }
};

bool is_pass(const Directive& d) {
  return !d.section && is_one_of(d.name, "ProxyPass|ProxyPassMatch");
}

// In a <Location> the section says the path; one with a wildcard is a regular expression then.
std::optional<PassLine> of_section(const Found& found) {
  const Directive& d = *found.directive;
  const Directive* around = d.enclosing("Location");
  if (around == nullptr) around = d.enclosing("LocationMatch");
  if (around == nullptr) return std::nullopt;
  const bool tilde = around->is("Location") && around->arg(0) == "~";
  const std::string_view path = around->arg(tilde ? 1 : 0);
  return PassLine{found, path, d.arg(0), 1, d.is("ProxyPassMatch") || has_wildcard(path)};
}

Outcome pass_on(Mapping& mapping, const PassLine& line, std::string target, bool exact) {
  Translated& out = mapping.out;
  if (starts_with_ignoring_case(line.to, "ws:") || starts_with_ignoring_case(line.to, "wss:")) {
    mapping.wonder("whether it is a WebSocket request", line.found);
    return Outcome::settled;
  }
  const Found interpolates = last_in(mapping.layers, "ProxyPassInterpolateEnv");
  const bool interpolated = line.has("interpolate") && interpolates &&
                            interpolates.directive->has_arg("On") &&
                            line.to.find("${") != std::string_view::npos;
  if (line.has("mapping=") || interpolated) {
    mapping.wonder("ProxyPass with mapping= or interpolate is not evaluated", line.found);
    return Outcome::settled;
  }
  mapping.step("ProxyPass", target, line.found);
  out.proxied = true;
  out.handler = "proxy-server";
  if (exact && !line.has("nocanon")) {
    out.passed_to = target;
    const size_t host = target.find("://");
    const bool bare = host != std::string::npos && target.find('/', host + 3) == std::string::npos;
    if (bare) out.passed_to += '/';
  }
  out.filename = "proxy:" + std::move(target);
  return Outcome::settled;
}

Outcome try_line(Mapping& mapping, const PassLine& line) {
  const std::string& path = mapping.facts.path;
  std::string target;
  if (line.pattern) {
    const auto pattern = Pattern::compile(line.from);
    std::vector<std::string> groups;
    if (!pattern || !pattern->matches(path, groups)) return Outcome::next;
    target = substitute(line.to, groups);
    if (target == line.to) target += path;
  } else {
    const size_t taken = alias_length(path, line.from);
    if (taken == 0) return Outcome::next;
    target = std::string(line.to) + path.substr(taken);
  }
  if (line.to == "!") {
    mapping.step("ProxyPass", "not to be passed on", line.found);
    return Outcome::declined;
  }
  return pass_on(mapping, line, std::move(target), mapping.raw == path);
}

}  // namespace

bool map_by_proxy(Mapping& mapping) {
  if (mapping.facts.is_set("no-proxy") == expr::Truth::yes) return false;
  std::vector<PassLine> lines;
  std::optional<PassLine> inner;
  for (const Layer& layer : mapping.layers) {
    for (const Directive& d : layer.body) {
      if (!is_pass(d)) continue;
      const Found found{&d, &layer};
      if (layer.walk == Walk::server) {
        lines.push_back({found, d.arg(0), d.arg(1), 2, d.is("ProxyPassMatch")});
      } else if (auto line = of_section(found)) {
        inner = line;
      }
    }
  }
  if (inner) lines.insert(lines.begin(), *inner);
  if (!lines.empty() && mapping.facts.is_set("no-proxy") == expr::Truth::unknown) {
    return mapping.wonder("whether no-proxy is set", lines.front().found);
  }
  for (const PassLine& line : lines) {
    const Outcome outcome = try_line(mapping, line);
    if (outcome != Outcome::next) return outcome == Outcome::settled;
  }
  return false;
}

}  // namespace stockade::conf
