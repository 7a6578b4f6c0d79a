#include "conf/effective/translate.h"

#include "base/pattern.h"
#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

// This server's own lines, then the main server's: the order in which mod_alias looks.
std::vector<Found> own_first(const RequestFacts& facts, const Layers& layers,
                             std::string_view names) {
  std::vector<Found> found;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (layer->walk != Walk::server) continue;
    for (const Directive& d : layer->body) {
      if (!d.section && is_one_of(d.name, names)) found.push_back({&d, &*layer});
    }
  }
  (void)facts;
  return found;
}

// How much of the path the alias takes; any number of '/' stands for any other. 0: none.
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

// ap_pregsub: $0 to $9, & as text, a backslash before either.
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

struct RedirectLine {
  int status = 302;
  std::string_view from;
  std::string_view to;
  bool expression = false;
};

std::optional<int> status_word(std::string_view word) {
  if (equals_ignoring_case(word, "permanent")) return 301;
  if (equals_ignoring_case(word, "temp")) return 302;
  if (equals_ignoring_case(word, "seeother")) return 303;
  if (equals_ignoring_case(word, "gone")) return 410;
  const auto number = parse_number(word);
  if (number && is_known_status(*number)) return static_cast<int>(*number);
  return std::nullopt;
}

RedirectLine read_redirect(const Directive& d) {
  RedirectLine line;
  size_t at = 0;
  if (d.is("RedirectPermanent")) line.status = 301;
  if (d.is("Redirect") || d.is("RedirectMatch")) {
    if (const auto status = status_word(d.arg(0))) {
      line.status = *status;
      at = 1;
    }
  }
  line.from = d.arg(at);
  line.to = d.arg(at + 1);
  line.expression = d.is("RedirectMatch");
  return line;
}

class Translator {
 public:
  Translator(const World& world, const RequestFacts& facts, const Layers& layers,
             std::string_view raw)
      : world_(world), facts_(facts), layers_(layers), raw_(raw) {}

  Translated run() {
    if (proxy() || redirect() || alias() || others()) return std::move(out_);
    document_root();
    return std::move(out_);
  }

 private:
  bool wonder(std::string cause, const Found& found) {
    out_.doubt = std::move(cause);
    out_.doubt_place = said(found).place;
    return true;
  }
  void step(const char* what, std::string result, const Found& found) {
    out_.steps.push_back({what, std::move(result), said(found)});
  }

  // The main server's list stands before a virtual host's.
  bool proxy() {
    for (const Layer& layer : layers_) {
      for (const Directive& d : layer.body) {
        if (d.section || !is_one_of(d.name, "ProxyPass|ProxyPassMatch")) continue;
        const Found found{&d, &layer};
        if (layer.walk != Walk::server) {
          return wonder("ProxyPass in a section is not evaluated", found);
        }
        if (proxy_matches(found)) return true;
      }
    }
    return false;
  }

  bool proxy_matches(const Found& found) {
    const Directive& d = *found.directive;
    if (d.is("ProxyPassMatch")) {
      const auto pattern = Pattern::compile(d.arg(0));
      if (!pattern || !pattern->matches(facts_.path)) return false;
    } else if (alias_length(facts_.path, d.arg(0)) == 0) {
      return false;
    }
    if (raw_ != facts_.path) return wonder("ProxyPass of an escaped path is not evaluated", found);
    if (d.arg(1) == "!") {
      step("ProxyPass", "not to be passed on", found);
      return redirect() || alias() || others() || document_root();
    }
    for (size_t i = 2; i < d.words.size(); ++i) {
      if (equals_ignoring_case(d.arg(i), "interpolate")) {
        return wonder("ProxyPass interpolate is not evaluated", found);
      }
    }
    step("ProxyPass", std::string(d.arg(1)), found);
    out_.proxied = true;
    out_.handler = "proxy-server";
    return true;
  }

  bool redirect() {
    for (const Found& found :
         own_first(facts_, layers_, "Redirect|RedirectMatch|RedirectTemp|RedirectPermanent")) {
      const RedirectLine line = read_redirect(*found.directive);
      std::string rest;
      std::string target(line.to);
      if (line.expression) {
        const auto pattern = Pattern::compile(line.from);
        std::vector<std::string> groups;
        if (!pattern || !pattern->matches(facts_.path, groups)) continue;
        target = substitute(line.to, groups);
        out_.location_known = escape_path(target) == target;
      } else {
        const size_t taken = alias_length(facts_.path, line.from);
        if (taken == 0) continue;
        target += escape_path(std::string_view(facts_.path).substr(taken));
      }
      finish_redirect(line.status, std::move(target), found);
      return true;
    }
    return false;
  }

  void finish_redirect(int status, std::string target, const Found& found) {
    out_.status = status;
    if (status < 300 || status >= 400) {
      step("Redirect", std::to_string(status), found);
      return;
    }
    if (target.starts_with('/')) {
      const auto url = self_url(facts_, layers_, target);
      out_.location_known = out_.location_known && url.has_value();
      target = url.value_or("");
    } else if (!is_url(target)) {
      out_.status = 500;
    }
    if (!facts_.query.empty() && target.find('?') == std::string::npos) {
      target += "?" + facts_.query;
    }
    step("Redirect", std::to_string(out_.status) + " " + target, found);
    out_.location = std::move(target);
  }

  bool alias() {
    constexpr std::string_view kNames = "Alias|AliasMatch|ScriptAlias|ScriptAliasMatch";
    for (const Layer& layer : layers_) {
      if (layer.walk == Walk::server) continue;
      for (const Directive& d : layer.body) {
        if (!d.section && is_one_of(d.name, kNames)) {
          return wonder("Alias in a section is not evaluated", {&d, &layer});
        }
      }
    }
    for (const Found& found : own_first(facts_, layers_, kNames)) {
      const Directive& d = *found.directive;
      std::string name;
      if (d.is("AliasMatch") || d.is("ScriptAliasMatch")) {
        const auto pattern = Pattern::compile(d.arg(0));
        std::vector<std::string> groups;
        if (!pattern || !pattern->matches(facts_.path, groups)) continue;
        name = substitute(d.arg(1), groups);
      } else {
        const size_t taken = alias_length(facts_.path, d.arg(0));
        if (taken == 0) continue;
        name = std::string(d.arg(1)) + facts_.path.substr(taken);
      }
      out_.script_alias = d.is("ScriptAlias") || d.is("ScriptAliasMatch");
      if (out_.script_alias) out_.handler = "cgi-script";
      if (!name.starts_with('/')) return wonder("a relative Alias is not evaluated", found);
      step(out_.script_alias ? "ScriptAlias" : "Alias", name, found);
      out_.filename = std::move(name);
      return true;
    }
    return false;
  }

  bool others() {
    constexpr std::string_view kNames =
        "VirtualDocumentRoot|VirtualDocumentRootIP|VirtualScriptAlias|VirtualScriptAliasIP|"
        "ServerPath";
    for (const Layer& layer : layers_) {
      for (const Directive& d : layer.body) {
        if (d.section) continue;
        if (is_one_of(d.name, kNames)) {
          return wonder(std::string(d.name) + " is not evaluated", {&d, &layer});
        }
        if (d.is("UserDir") && facts_.path.starts_with("/~")) {
          return wonder("UserDir is not evaluated", {&d, &layer});
        }
      }
    }
    return false;
  }

  bool document_root() {
    Found root;
    for (const Layer& layer : layers_) {
      for (const Directive& d : layer.body) {
        if (!d.section && d.is("DocumentRoot")) root = {&d, &layer};
      }
    }
    if (!root) {
      out_.doubt = "no DocumentRoot is set, and the one compiled in is not known";
      return true;
    }
    const std::string base = absolute_path(world_.config.server_root, root.directive->arg(0));
    const std::string rest = without_double_slashes(facts_.path);
    out_.filename = (base == "/" ? "" : base) + rest;
    step("DocumentRoot", out_.filename, root);
    return true;
  }

  const World& world_;
  const RequestFacts& facts_;
  const Layers& layers_;
  std::string_view raw_;
  Translated out_;
};

}  // namespace

std::optional<std::string> self_url(const RequestFacts& facts, const Layers& layers,
                                    std::string_view path) {
  const Request& request = facts.request();
  const Found canonical = last_in(layers, "UseCanonicalName");
  const Found physical = last_in(layers, "UseCanonicalPhysicalPort");
  const bool on = canonical && !equals_ignoring_case(canonical.directive->arg(0), "Off");
  if (on || physical || request.host.empty()) return std::nullopt;
  const uint16_t usual = request.tls ? 443 : 80;
  uint16_t port = request.host_port;
  // Without a port in the Host header httpd takes the server's own.
  if (port == 0) {
    const Server& server = *facts.server;
    port = server.name_port;
    if (port == 0 && !server.addresses.empty()) port = server.addresses.front().port;
    if (port == 0 && !server.is_main()) port = usual;
    if (port == 0) return std::nullopt;
  }
  std::string url = request.tls ? "https://" : "http://";
  url += lower(request.host);
  if (port != usual) url += ":" + std::to_string(port);
  return url + std::string(path);
}

Translated translate(const World& world, const RequestFacts& facts, const Layers& layers,
                     std::string_view raw) {
  return Translator(world, facts, layers, raw).run();
}

}  // namespace stockade::conf
