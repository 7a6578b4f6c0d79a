// Alias, ScriptAlias and Redirect, of the server and of sections.
// Source: modules/mappers/mod_alias.c.
#include "base/pattern.h"
#include "base/text.h"
#include "conf/checks/expressions.h"
#include "conf/checks/words_in.h"
#include "conf/effective/mapping.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kRedirects = "Redirect|RedirectMatch|RedirectTemp|RedirectPermanent";

bool is_url(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  for (const char c : text.substr(0, colon)) {
    const bool good = is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '+' ||
                      c == '-' || c == '.';
    if (!good) return false;
  }
  return text.size() > colon + 1;
}

std::optional<int> status_word(std::string_view word) {
  if (equals_ignoring_case(word, "permanent")) return 301;
  if (equals_ignoring_case(word, "temp")) return 302;
  if (equals_ignoring_case(word, "seeother")) return 303;
  if (equals_ignoring_case(word, "gone")) return 410;
  const auto number = parse_number(word);
  if (number && is_known_status(*number)) return static_cast<int>(*number);
  return std::nullopt;
}

struct RedirectLine {
  int status = 302;
  std::string_view from;  // empty: whatever the section is about
  std::string_view to;
  bool pattern = false;
  bool whole = false;  // it stands in a section and names no path; `to` is an expression
};

RedirectLine read_redirect(const Found& found) {
  const Directive& d = *found.directive;
  RedirectLine line;
  size_t at = 0;
  if (d.is("RedirectPermanent")) line.status = 301;
  const bool may_name = d.is("Redirect") || d.is("RedirectMatch");
  const auto status = may_name ? status_word(d.arg(0)) : std::nullopt;
  if (status) {
    line.status = *status;
    at = 1;
  }
  const size_t others = d.words.size() - at;
  if (found.layer->walk != Walk::server) {
    line.whole = others == (status && !is_redirect(*status) ? 0u : 1u);
  }
  line.from = line.whole ? std::string_view() : d.arg(at);
  line.to = line.whole ? d.arg(at) : d.arg(at + 1);
  line.pattern = d.is("RedirectMatch");
  return line;
}

// The path escaped, query and fragment as they are.
std::string escape_before_query(std::string_view url) {
  const size_t end = url.find_first_of("?#");
  std::string out = escape_path(url.substr(0, end));
  if (end != std::string_view::npos) out += url.substr(end);
  return out;
}

bool relative_redirects(const Layers& layers) {
  const Found relative = last_in(layers, "RedirectRelative");
  return relative && relative.directive->has_arg("On");
}

bool finish(Mapping& mapping, int status, std::string target, const Found& found) {
  Translated& out = mapping.out;
  out.status = status;
  if (!is_redirect(status)) {
    mapping.step("Redirect", std::to_string(status), found);
    return true;
  }
  if (target.starts_with('/')) {
    if (!relative_redirects(mapping.layers)) {
      const auto url = self_url(mapping.facts, mapping.layers, target);
      out.location_known = out.location_known && url.has_value();
      target = url.value_or("");
    }
  } else if (!is_url(target)) {
    out.status = 500;
  }
  if (!mapping.facts.query.empty() && target.find('?') == std::string::npos) {
    target += "?" + mapping.facts.query;
  }
  mapping.step("Redirect", std::to_string(out.status) + " " + target, found);
  out.location = std::move(target);
  return true;
}

// What an expression of a section comes to.
expr::Value text_of(const Mapping& mapping, const Found& found, std::string_view text) {
  expr::ParseOptions options = parse_options(*found.layer->config);
  options.as_string = true;
  const expr::Parsed parsed = expr::parse(text, options);
  if (!parsed.error.empty()) return expr::unknown_value(parsed.error);
  return expr::evaluate_text(parsed.root, mapping.facts);
}

// A Redirect without a path, which its section says.
bool try_whole(Mapping& mapping) {
  Found last;
  for (const Layer& layer : mapping.layers) {
    if (layer.walk == Walk::server) continue;
    for (const Directive& d : layer.body) {
      if (d.section || !is_one_of(d.name, kRedirects)) continue;
      if (read_redirect({&d, &layer}).whole) last = {&d, &layer};
    }
  }
  if (!last) return false;
  const RedirectLine line = read_redirect(last);
  const expr::Value target = text_of(mapping, last, line.to);
  if (!target.known) return mapping.wonder("Redirect: " + target.cause, last);
  return finish(mapping, line.status, escape_before_query(target.text), last);
}

bool try_lines(Mapping& mapping, const std::vector<Found>& lines) {
  const std::string& path = mapping.facts.path;
  for (const Found& found : lines) {
    const RedirectLine line = read_redirect(found);
    if (line.whole) continue;
    std::string target(line.to);
    if (line.pattern) {
      const auto pattern = Pattern::compile(line.from);
      std::vector<std::string> groups;
      if (!pattern || !pattern->matches(path, groups)) continue;
      target = escape_before_query(substitute(line.to, groups));
    } else {
      const size_t taken = alias_length(path, line.from);
      if (taken == 0) continue;
      target += escape_path(std::string_view(path).substr(taken));
    }
    return finish(mapping, line.status, std::move(target), found);
  }
  return false;
}

bool take_name(Mapping& mapping, std::string name, const Found& found) {
  Translated& out = mapping.out;
  const Directive& d = *found.directive;
  out.script_alias = d.is("ScriptAlias") || d.is("ScriptAliasMatch");
  if (out.script_alias) out.handler = "cgi-script";
  if (!name.starts_with('/')) {
    name = mapping.world->config.server_root + "/" + name;
    while (name.find("//") != std::string::npos) name = replace_all(std::move(name), "//", "/");
  }
  mapping.step(out.script_alias ? "ScriptAlias" : "Alias", name, found);
  out.filename = std::move(name);
  return true;
}

// An Alias of a <Location>, whose path it takes.
bool try_section(Mapping& mapping) {
  Found last;
  for (const Layer& layer : mapping.layers) {
    if (layer.walk == Walk::server) continue;
    for (const Directive& d : layer.body) {
      if (!d.section && (d.is("Alias") || d.is("ScriptAlias"))) last = {&d, &layer};
    }
  }
  if (!last) return false;
  expr::Value name = text_of(mapping, last, last.directive->arg(0));
  if (!name.known) return mapping.wonder("Alias: " + name.cause, last);
  const Found keeps = last_in(mapping.layers, "AliasPreservePath");
  if (keeps && keeps.directive->has_arg("On")) {
    const Directive* location = last.directive->enclosing("Location");
    if (location == nullptr || location->words.size() != 1) {
      return mapping.wonder("AliasPreservePath in such a section is not evaluated", keeps);
    }
    const size_t taken = alias_length(mapping.facts.path, location->arg(0));
    if (taken > 0) {
      mapping.out.context_prefix = location->arg(0);
      mapping.out.context_root = name.text;
      name.text += mapping.facts.path.substr(taken);
    }
  }
  return take_name(mapping, std::move(name.text), last);
}

}  // namespace

size_t alias_length(std::string_view path, std::string_view alias) {
  size_t at = 0;
  size_t next = 0;
  while (at < alias.size()) {
    if (alias[at] == '/') {
      if (next >= path.size() || path[next] != '/') return 0;
      while (at < alias.size() && alias[at] == '/') ++at;
      while (next < path.size() && path[next] == '/') ++next;
    } else if (next >= path.size() || path[next++] != alias[at++]) {
      return 0;
    }
  }
  if (alias.empty()) return 0;
  if (alias.back() != '/' && next < path.size() && path[next] != '/') return 0;
  return next;
}

std::string substitute(std::string_view text, const std::vector<std::string>& groups) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '$' && at + 1 < text.size() && is_digit(text[at + 1])) {
      const auto group = static_cast<size_t>(text[++at] - '0');
      if (group < groups.size()) out += groups[group];
    } else if (c == '\\' && at + 1 < text.size() && (text[at + 1] == '$' || text[at + 1] == '&')) {
      out += text[++at];
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<Found> own_first(const Layers& layers, std::string_view names) {
  std::vector<Found> found;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (layer->walk != Walk::server) continue;
    for (const Directive& d : layer->body) {
      if (!d.section && is_one_of(d.name, names)) found.push_back({&d, &*layer});
    }
  }
  return found;
}

bool map_by_redirect(Mapping& mapping) {
  return try_whole(mapping) || try_lines(mapping, own_first(mapping.layers, kRedirects));
}

bool map_by_section_redirect(Mapping& mapping) {
  if (try_whole(mapping)) return true;
  // The innermost section's lines come first, each section's own in the order of the file.
  std::vector<Found> lines;
  for (auto layer = mapping.layers.rbegin(); layer != mapping.layers.rend(); ++layer) {
    if (layer->walk == Walk::server) continue;
    for (const Directive& d : layer->body) {
      if (!d.section && is_one_of(d.name, kRedirects)) lines.push_back({&d, &*layer});
    }
  }
  return try_lines(mapping, lines);
}

bool map_by_alias(Mapping& mapping) {
  if (try_section(mapping)) return true;
  const std::string& path = mapping.facts.path;
  for (const Found& found :
       own_first(mapping.layers, "Alias|AliasMatch|ScriptAlias|ScriptAliasMatch")) {
    const Directive& d = *found.directive;
    if (d.is("AliasMatch") || d.is("ScriptAliasMatch")) {
      const auto pattern = Pattern::compile(d.arg(0));
      std::vector<std::string> groups;
      if (!pattern || !pattern->matches(path, groups)) continue;
      return take_name(mapping, substitute(d.arg(1), groups), found);
    }
    const size_t taken = alias_length(path, d.arg(0));
    if (taken == 0) continue;
    mapping.out.context_prefix = d.arg(0);
    mapping.out.context_root = d.arg(1);
    return take_name(mapping, std::string(d.arg(1)) + path.substr(taken), found);
  }
  return false;
}

}  // namespace stockade::conf
