#include "conf/effective/rewrite.h"

#include <algorithm>

#include "base/pattern.h"
#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/rewrite_text.h"
#include "conf/effective/translate.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

using expr::Answer;
using expr::Truth;
using expr::Value;

// One name longer than this, and httpd gives up with 500.
constexpr size_t kLongestName = size_t{2} * 8190;
constexpr size_t kMostSteps = 20'000;

// "http://" and its like at the front: their length, or 0.
size_t scheme_length(std::string_view text) {
  constexpr std::string_view kSchemes =
      "ajp|balancer|fcgi|ftp|gopher|h2|h2c|http|https|ldap|ldaps|nntp|scgi|uwsgi|ws|wss";
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return 0;
  const std::string_view scheme = text.substr(0, colon);
  if (is_one_of(scheme, "mailto|news|unix")) return colon + 1;
  return is_one_of(scheme, kSchemes) && text.substr(colon).starts_with("://") ? colon + 3 : 0;
}

bool is_web(std::string_view text) {
  return starts_with_ignoring_case(text, "http://") || starts_with_ignoring_case(text, "https://");
}

// Escaped behind the host.
std::string escape_url(std::string_view url) {
  const size_t path = url.find('/', scheme_length(url));
  if (path == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, path + 1)) + escape_path(url.substr(path + 1));
}

bool has_blank_or_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7F;
  });
}

struct Rule {
  Found found;
  RewriteFlags flags;
  std::vector<Found> conditions;
};

std::vector<Rule> rules_in(const std::vector<Found>& lines) {
  std::vector<Rule> rules;
  std::vector<Found> conditions;
  for (const Found& line : lines) {
    if (line.directive->is("RewriteCond")) {
      conditions.push_back(line);
      continue;
    }
    rules.push_back({line, read_rewrite_flags(line.directive->arg(2)), std::move(conditions)});
    conditions.clear();
  }
  return rules;
}

class Rewriter {
 public:
  Rewriter(const World& world, const RewriteScope& scope, RequestFacts& facts, const Layers& layers)
      : scope_(scope),
        facts_(facts),
        layers_(layers),
        state_{world, scope, facts, layers, scope.filename, facts.query, scope.path_info, {}, {}} {
    out_.query = facts.query;
  }

  Rewritten run() {
    const std::vector<Rule> rules = rules_in(scope_.lines);
    for (size_t at = 0; at < rules.size() && go_on_; ++at) {
      if (++steps_ > kMostSteps) {
        wonder("very many rounds", rules[at].found);
        break;
      }
      if (scope_.look && (rules[at].flags.not_on_look || rules[at].flags.named_status)) continue;
      const Truth applied = apply(rules[at]);
      if (applied == Truth::unknown) break;
      if (applied == Truth::no) {
        while (at < rules.size() && rules[at].flags.chained) ++at;
        continue;
      }
      at = follow(rules[at], at);
    }
    if (out_.doubt.empty() && out_.kind != Rewritten::Kind::status) finish();
    return std::move(out_);
  }

 private:
  Truth wonder(std::string cause, const Found& line) {
    out_.doubt = std::move(cause);
    out_.doubt_place = said(line).place;
    go_on_ = false;
    return Truth::unknown;
  }

  bool in_section() const { return !scope_.directory.empty(); }

  // What the pattern is matched against: in a section without the folder's name.
  std::string subject() const {
    if (!in_section()) return state_.name;
    std::string text = state_.name + state_.path_info;
    if (!is_proxied() && text.starts_with(scope_.directory)) {
      text.erase(0, scope_.directory.size());
    }
    return text;
  }
  bool is_proxied() const { return scope_.filename.starts_with("proxy:"); }

  Truth apply(const Rule& rule) {
    const Directive& d = *rule.found.directive;
    std::string_view expression = d.arg(0);
    const bool negated = expression.starts_with('!');
    if (negated) expression.remove_prefix(1);
    const auto pattern = Pattern::compile(expression, rule.flags.ignore_case);
    if (!pattern) return wonder("its expression", rule.found);
    state_.groups.clear();
    state_.condition_groups.clear();
    if (pattern->matches(subject(), state_.groups) == negated) return Truth::no;
    if (negated) state_.groups.clear();
    const Answer held = conditions_hold(state_, rule.conditions);
    if (held.truth == Truth::unknown) return wonder(held.cause, rule.found);
    if (held.truth == Truth::no) return Truth::no;
    if (!rule.flags.unknown.empty()) {
      return wonder("the flag " + rule.flags.unknown + " is not evaluated", rule.found);
    }
    return substitute(rule);
  }

  Truth substitute(const Rule& rule) {
    const std::string_view to = rule.found.directive->arg(1);
    const bool keeps = to == "-" || rule.flags.stops;
    Value target{"", true, ""};
    state_.unsafe_mark = false;
    if (!keeps) target = expand_rewrite(state_, to, &rule.flags);
    if (!target.known) return wonder(target.cause, rule.found);
    if (!set_variables(rule)) return Truth::unknown;
    if (keeps) {
      set_handler(rule);
      if (!rule.flags.stops) out_.steps.push_back({"RewriteRule", "unchanged", said(rule.found)});
      return go_on_ ? Truth::yes : Truth::unknown;
    }
    if (state_.unsafe_mark) return wonder("a target that takes a '?' of the path", rule.found);
    state_.name = std::move(target.text);
    if (in_section() && rule.flags.drop_path_info) {
      state_.path_info.clear();
      out_.drops_path_info = true;
    }
    take_query(rule.flags);
    return place(rule);
  }

  // What the new name is: a file, a path, or another server.
  Truth place(const Rule& rule) {
    std::string& name = state_.name;
    if (in_section() && !is_proxied() && !name.starts_with('/') && scheme_length(name) == 0) {
      name.insert(0, scope_.directory);
    } else if (!in_section() && !name.starts_with('/') && scheme_length(name) == 0) {
      name.insert(0, "/");
    }
    changed_ = true;
    no_escape_ = rule.flags.no_escape;
    out_.last_target = rule.found.directive->arg(1);
    out_.any_prefix = rule.flags.any_prefix;
    if (rule.flags.proxy || rule.flags.redirect) {
      make_full();
      if (rule.flags.proxy) out_.kind = Rewritten::Kind::proxied;
      if (rule.flags.redirect) set_redirect(rule);
    } else if (is_web(name) && names_own_host(name)) {
      return wonder("a target on this very server", rule.found);
    } else if (scheme_length(name) > 0) {
      set_redirect(rule);
    } else {
      set_handler(rule);
    }
    out_.steps.push_back({"RewriteRule", name, said(rule.found)});
    return go_on_ ? Truth::yes : Truth::unknown;
  }

  void set_redirect(const Rule& rule) {
    redirect_status_ = rule.flags.status;
    redirect_ = rule.found;
  }

  void make_full() {
    if (scheme_length(state_.name) > 0) return;
    if (!state_.name.starts_with('/')) state_.name.insert(0, "/");
    // A look for a file does not remember the port that was asked.
    const auto full = scope_.look ? std::nullopt : self_url(facts_, layers_, state_.name);
    out_.location_known = out_.location_known && full.has_value();
    state_.name = full.value_or("http://-" + state_.name);
  }

  bool names_own_host(std::string_view url) const {
    const size_t begin = url.find("://") + 3;
    const std::string_view host = url.substr(begin, url.find_first_of(":/", begin) - begin);
    return equals_ignoring_case(host, facts_.request().host) ||
           equals_ignoring_case(host, facts_.server->name);
  }

  bool set_variables(const Rule& rule) {
    for (std::string_view text : rule.flags.variables) {
      const Value expanded = expand_rewrite(state_, text, &rule.flags);
      if (!expanded.known) {
        wonder(expanded.cause, rule.found);
        return false;
      }
      const std::string& pair = expanded.text;
      const size_t colon = pair.find(':');
      if (pair.starts_with('!')) {
        facts_.unset_variable(std::string_view(pair).substr(1));
      } else {
        facts_.set_variable(pair.substr(0, colon),
                            colon == std::string::npos ? "" : pair.substr(colon + 1));
      }
    }
    return true;
  }

  void set_handler(const Rule& rule) {
    if (rule.flags.handler.empty()) return;
    const Value name = expand_rewrite(state_, rule.flags.handler, &rule.flags);
    if (!name.known) wonder(name.cause, rule.found);
    out_.handler = lower(name.text);
  }

  void take_query(const RewriteFlags& flags) {
    if (flags.drop_query) state_.query.clear();
    std::string& name = state_.name;
    const size_t mark = flags.query_from_last ? name.rfind('?') : name.find('?');
    if (mark == std::string::npos) return;
    std::string query = name.substr(mark + 1);
    name.resize(mark);
    const bool joined = flags.append_query && !state_.query.empty();
    if (joined) query = query.empty() ? state_.query : query + "&" + state_.query;
    if (query.ends_with('&')) query.pop_back();
    state_.query = std::move(query);
  }

  // After a rule that applied: the place to go on from.
  size_t follow(const Rule& rule, size_t at) {
    const RewriteFlags& flags = rule.flags;
    if (state_.name.size() > kLongestName) return stop(500, rule, at);
    if (flags.stops) return stop(flags.status, rule, at);
    if (flags.pass_on) {
      passed_on_ = true;
      changed_ = true;
      go_on_ = false;
    } else if (flags.end) {
      out_.ended = true;
      go_on_ = false;
    } else if (flags.proxy || flags.last) {
      go_on_ = false;
    } else if (flags.rounds) {
      if (++rounds_ > *flags.rounds) return stop(500, rule, at);
      return static_cast<size_t>(-1);  // the loop adds one
    }
    return at + flags.skip;
  }

  size_t stop(int status, const Rule& rule, size_t at) {
    out_.kind = Rewritten::Kind::status;
    out_.status = status;
    out_.steps.push_back({"RewriteRule", std::to_string(status), said(rule.found)});
    go_on_ = false;
    return at;
  }

  void finish() {
    out_.query = state_.query;
    if (!changed_) return;
    std::string& name = state_.name;
    const bool is_absolute = out_.kind != Rewritten::Kind::proxied && scheme_length(name) > 0;
    if ((!is_absolute || no_escape_) && has_blank_or_control(state_.query)) {
      out_.kind = Rewritten::Kind::status;
      out_.status = 403;
      out_.steps.push_back({"RewriteRule", "403: blanks or control characters in the query", {}});
      return;
    }
    if (out_.kind == Rewritten::Kind::proxied) {
      out_.path = name;
      return;
    }
    if (!passed_on_ && scheme_length(name) > 0) return finish_redirect();
    if (redirect_ && name.starts_with('/')) {
      // httpd keeps the redirect's status for whatever is sent then.
      wonder("a redirect that a later rule takes back", redirect_);
      return;
    }
    const bool server = !in_section();
    out_.kind = passed_on_ && server ? Rewritten::Kind::passed_on : Rewritten::Kind::path;
    out_.path = name;
    if (!name.starts_with('/')) {
      out_.kind = Rewritten::Kind::status;
      out_.status = 400;
      out_.steps.push_back({"RewriteRule", "400: '" + name + "' is no path", {}});
    }
  }

  void finish_redirect() {
    out_.kind = Rewritten::Kind::redirect;
    out_.status = redirect_status_;
    std::string url = state_.name;
    if (in_section() && !scope_.base.empty()) url = with_base(url);
    out_.location = no_escape_ ? url : escape_url(url);
    if (state_.query.empty()) return;
    const bool as_is = no_escape_ || state_.query == facts_.query;
    out_.location += "?" + (as_is ? state_.query : escape_path(state_.query));
  }

  // The folder in a redirect's path, replaced by RewriteBase.
  std::string with_base(const std::string& url) const {
    const size_t slash = url.find('/', scheme_length(url));
    if (slash == std::string::npos || slash + 1 == url.size()) return url;
    // httpd compares what follows the first slash, as not each folder's name begins with one.
    const std::string_view path = std::string_view(url).substr(slash + 1);
    std::string_view directory = scope_.directory;
    if (directory.starts_with('/')) directory.remove_prefix(1);
    if (!path.starts_with(directory)) return url;
    return url.substr(0, slash) + scope_.base + (scope_.base.ends_with('/') ? "" : "/") +
           std::string(path.substr(directory.size()));
  }

  const RewriteScope& scope_;
  RequestFacts& facts_;
  const Layers& layers_;
  RewriteState state_;
  bool changed_ = false;
  bool passed_on_ = false;
  bool no_escape_ = false;
  bool go_on_ = true;
  size_t steps_ = 0;
  uint32_t rounds_ = 0;
  int redirect_status_ = 302;
  Found redirect_;  // the rule that set it
  Rewritten out_;
};

}  // namespace

Rewritten rewrite(const World& world, const RewriteScope& scope, RequestFacts& facts,
                  const Layers& layers) {
  return Rewriter(world, scope, facts, layers).run();
}

}  // namespace stockade::conf
