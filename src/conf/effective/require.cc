#include "conf/effective/require.h"

#include <optional>

#include "base/text.h"
#include "conf/checks/expressions.h"
#include "conf/checks/subnet.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

using Outcomes = unsigned;  // a set of Authz
constexpr Outcomes bit(Authz outcome) { return static_cast<Outcomes>(outcome); }
constexpr Outcomes kAny =
    bit(Authz::granted) | bit(Authz::denied) | bit(Authz::needs_user) | bit(Authz::neutral);
constexpr Authz kAll[] = {Authz::neutral, Authz::granted, Authz::denied, Authz::needs_user};

const char* word_for(Outcomes outcomes) {
  if (outcomes == bit(Authz::granted)) return "granted";
  if (outcomes == bit(Authz::denied)) return "denied";
  if (outcomes == bit(Authz::needs_user)) return "needs a user";
  return outcomes == bit(Authz::neutral) ? "neutral" : "unknown";
}

// What a container holds after one more child. Denied ends a RequireAll, granted a RequireAny.
Authz add_child(bool all, Authz so_far, Authz child) {
  const Authz final = all ? Authz::denied : Authz::granted;
  if (so_far == final || child == Authz::neutral) return so_far;
  if (child == final || so_far == Authz::neutral) return child;
  if (all) return child == Authz::needs_user ? child : so_far;
  return child == Authz::needs_user && so_far == Authz::denied ? child : so_far;
}

Outcomes add_children(bool all, Outcomes so_far, Outcomes child) {
  Outcomes result = 0;
  for (const Authz a : kAll) {
    for (const Authz b : kAll) {
      if ((so_far & bit(a)) != 0 && (child & bit(b)) != 0) result |= bit(add_child(all, a, b));
    }
  }
  return result;
}

Outcomes negate(Outcomes outcomes) {
  Outcomes result = outcomes & bit(Authz::neutral);
  if ((outcomes & bit(Authz::granted)) != 0) result |= bit(Authz::denied);
  if ((outcomes & (bit(Authz::denied) | bit(Authz::needs_user))) != 0) {
    result |= bit(Authz::neutral);
  }
  return result;
}

bool is_container(const Directive& d) {
  return d.section && (d.is("RequireAll") || d.is("RequireAny") || d.is("RequireNone"));
}
bool is_limit(const Directive& d) { return d.section && (d.is("Limit") || d.is("LimitExcept")); }

bool holds_require(Children body) {
  for (const Directive& d : body) {
    if ((!d.section && d.is("Require")) || is_container(d)) return true;
    if (is_limit(d) && holds_require(children_of(d))) return true;
  }
  return false;
}

class Judge {
 public:
  explicit Judge(const RequestFacts& facts) : facts_(facts) {}

  template <class RuleSet>
  Outcomes judge(const RuleSet& rules, bool parent_all) {
    if (!counts(rules)) return of_other_methods(parent_all);
    if (rules.layer != nullptr) {
      layer_ = rules.layer;
      return children(rules.layer->body, rules.all, true);
    }
    Outcomes outcomes = bit(Authz::neutral);
    for (const RuleSet& part : rules.parts) {
      outcomes = add_children(rules.all, outcomes, judge(part, rules.all));
    }
    return outcomes;
  }
  std::vector<Reason> because;
  std::string doubt;
  Place doubt_place;

 private:
  // Whether any of it is about this method.
  template <class RuleSet>
  bool counts(const RuleSet& rules) const {
    if (rules.layer != nullptr) return any_counts(rules.layer->body);
    for (const RuleSet& part : rules.parts) {
      if (counts(part)) return true;
    }
    return false;
  }
  bool any_counts(Children body) const {
    for (const Directive& d : body) {
      if ((!d.section && d.is("Require")) || is_container(d)) return true;
      if (is_limit(d) && counts_for_method(d, facts_.method) && any_counts(children_of(d))) {
        return true;
      }
    }
    return false;
  }

  Outcomes children(Children body, bool all, bool counts) {
    return fold(body, all, counts, bit(Authz::neutral));
  }
  Outcomes fold(Children body, bool all, bool counts, Outcomes so_far) {
    for (const Directive& d : body) {
      if (is_limit(d)) {
        const bool inside = counts && counts_for_method(d, facts_.method);
        so_far = fold(children_of(d), all, inside, so_far);
      } else if (!d.section && d.is("Require")) {
        so_far = add_children(all, so_far, counts ? provider(d) : of_other_methods(all));
      } else if (is_container(d)) {
        so_far = add_children(all, so_far, counts ? container(d) : of_other_methods(all));
      }
    }
    return so_far;
  }

  // What stands in a <Limit> that does not count leaves the decision to the others.
  static Outcomes of_other_methods(bool all) { return bit(all ? Authz::granted : Authz::denied); }

  Outcomes container(const Directive& d) {
    const Outcomes inside = children(children_of(d), d.is("RequireAll"), true);
    const Outcomes outcomes = d.is("RequireNone") ? negate(inside) : inside;
    because.push_back({word_for(outcomes), std::string(d.name), said(*layer_, d)});
    return outcomes;
  }

  Outcomes provider(const Directive& d) {
    const bool negated = equals_ignoring_case(d.arg(0), "not");
    std::string why;
    Outcomes outcomes = ask(d, negated ? 1 : 0, why);
    if (negated) outcomes = negate(outcomes);
    if ((outcomes & (outcomes - 1)) != 0 && doubt.empty()) {
      doubt = why;
      doubt_place = said(*layer_, d).place;
    }
    because.push_back({word_for(outcomes), why, said(*layer_, d)});
    return outcomes;
  }

  static Outcomes yes_or_no(bool yes) { return bit(yes ? Authz::granted : Authz::denied); }

  Outcomes ask(const Directive& d, size_t at, std::string& why) {
    const std::string_view name = d.arg(at);
    if (name == "all") return yes_or_no(equals_ignoring_case(d.arg(at + 1), "granted"));
    if (name == "method") {
      bool listed = false;
      for (size_t i = at + 1; i < d.words.size(); ++i) {
        const bool head = d.arg(i) == "GET" && facts_.method == "HEAD";
        listed = listed || d.arg(i) == facts_.method || head;
      }
      why = "the method is " + facts_.method;
      return yes_or_no(listed);
    }
    if (name == "ip") return ask_ip(d, at + 1, why);
    if (name == "local") return ask_local(why);
    if (name == "env") return ask_env(d, at + 1, why);
    if (name == "expr") return ask_expression(d, why);
    if (is_one_of(name,
                  "valid-user|user|group|dbm-group|dbd-group|ldap-user|ldap-group|"
                  "ldap-dn|ldap-attribute|ldap-filter|ldap-search|file-owner|file-group")) {
      if (!facts_.has_credentials()) {
        why = "no credentials were sent";
        return bit(Authz::needs_user);
      }
      why = "who the user is, is not looked up";
      return kAny & ~bit(Authz::neutral);
    }
    why = "Require " + std::string(name) + " is not evaluated";
    return kAny;
  }

  Outcomes ask_ip(const Directive& d, size_t at, std::string& why) {
    const std::string& client = facts_.request().client;
    why = client.empty() ? "the client's address is not given" : "the client is " + client;
    bool listed = false;
    for (size_t i = at; i < d.words.size(); ++i) {
      const auto subnet = parse_subnet(d.arg(i));
      const auto inside = subnet ? subnet->holds(client) : std::nullopt;
      if (!inside) return yes_or_no(true) | yes_or_no(false);
      listed = listed || *inside;
    }
    return yes_or_no(listed);
  }

  // 127.0.0.0/8, ::1, or both ends are one address.
  Outcomes ask_local(std::string& why) {
    const Request& request = facts_.request();
    why = request.client.empty() ? "the client's address is not given"
                                 : "the client is " + request.client;
    if (request.client.empty()) return yes_or_no(true) | yes_or_no(false);
    const bool loop = parse_subnet("127.0.0.0/8")->holds(request.client).value_or(false) ||
                      request.client == "::1";
    if (loop || request.client == request.address) return yes_or_no(true);
    if (request.address.empty()) {
      why = "the address that is connected to is not given";
      return yes_or_no(true) | yes_or_no(false);
    }
    return yes_or_no(false);
  }

  Outcomes ask_env(const Directive& d, size_t at, std::string& why) {
    Outcomes outcomes = yes_or_no(false);
    for (size_t i = at; i < d.words.size(); ++i) {
      const expr::Truth set = facts_.is_set(d.arg(i));
      why = set == expr::Truth::unknown
                ? facts_.environment(d.arg(i)).cause
                : std::string(d.arg(i)) + (set == expr::Truth::yes ? " is set" : " is not set");
      if (set == expr::Truth::unknown) {
        outcomes |= yes_or_no(true);
      } else if (set == expr::Truth::yes) {
        return yes_or_no(true);
      }
    }
    return outcomes;
  }

  Outcomes ask_expression(const Directive& d, std::string& why) {
    for (const ExpressionText& found : expressions_in(d)) {
      const expr::Parsed parsed = expr::parse(found.text, parse_options(*layer_->config));
      const expr::Answer answer = expr::evaluate(parsed.root, facts_);
      const bool of_user = contains_ignoring_case(found.text, "REMOTE_USER");
      const Outcomes no = bit(of_user ? Authz::needs_user : Authz::denied);
      why = answer.truth == expr::Truth::unknown ? answer.cause : "the expression";
      if (answer.truth == expr::Truth::yes) return bit(Authz::granted);
      return answer.truth == expr::Truth::no ? no : no | bit(Authz::granted);
    }
    why = "no expression";
    return kAny;
  }

  const RequestFacts& facts_;
  const Layer* layer_ = nullptr;
};

// What mod_authz_core keeps of a section, and of sections merged.
struct Rules {
  const Layer* layer = nullptr;  // its Requires; null: `parts` merged
  bool all = false;
  std::vector<Rules> parts;
};
struct Merged {
  bool present = false;  // any directive of the module at all
  std::string merging;   // "", "off", "and", "or"
  std::optional<Rules> rules;
};

Merged own_rules(const Layer& layer) {
  Merged own;
  for (const Directive& d : layer.body) {
    if (d.section || !d.is("AuthMerging")) continue;
    own.merging = lower(d.arg(0));
    own.present = true;
  }
  if (holds_require(layer.body)) {
    own.present = true;
    own.rules = Rules{&layer, false, {}};
  }
  return own;
}

// merge_authz_core_dir_config, whose result keeps the inner section's AuthMerging.
Merged merge(Merged base, Merged inner) {
  if (!inner.present) return base;
  if (!base.present) return inner;
  if (inner.merging.empty() && !inner.rules && base.rules) return base;
  if (inner.merging == "off" || inner.merging.empty() || (!base.rules && !inner.rules)) {
    return inner;
  }
  if (base.rules && inner.rules) {
    const bool all = inner.merging == "and";
    inner.rules = Rules{nullptr, all, {*std::move(base.rules), *std::move(inner.rules)}};
  } else if (base.rules) {
    inner.rules = std::move(base.rules);
  }
  return inner;
}

// httpd merges what each walk found first, and that over the rest.
Merged merge_all(const Layers& layers) {
  Merged result;
  for (size_t at = 0; at < layers.size();) {
    const Walk walk = layers[at].walk;
    Merged of_walk;
    for (; at < layers.size() && layers[at].walk == walk; ++at) {
      of_walk = merge(std::move(of_walk), own_rules(layers[at]));
    }
    result = merge(std::move(result), std::move(of_walk));
  }
  return result;
}

}  // namespace

bool counts_for_method(const Directive& limit, std::string_view method) {
  bool listed = false;
  for (const Word& word : limit.words) {
    // GET stands for HEAD as well.
    listed = listed || word.text == method || (word.text == "GET" && method == "HEAD");
  }
  return listed != limit.is("LimitExcept");
}

RequireAnswer judge_require(const Layers& layers, const RequestFacts& facts) {
  RequireAnswer answer;
  Judge judge(facts);
  const Merged merged = merge_all(layers);
  Outcomes outcomes = merged.rules ? judge.judge(*merged.rules, true) : bit(Authz::granted);
  answer.because = std::move(judge.because);
  answer.any = merged.rules.has_value();
  if (merged.rules && answer.because.empty()) {
    answer.because.push_back({"", "no Require is about the method " + facts.method, {}});
  }
  if (!merged.rules) {
    answer.because.push_back({"granted", "no Require is in effect", {}});
    return answer;
  }
  // Neutral at the end is a refusal.
  if (outcomes == bit(Authz::neutral)) outcomes = bit(Authz::denied);
  if ((outcomes & bit(Authz::neutral)) != 0) {
    outcomes = (outcomes & ~bit(Authz::neutral)) | bit(Authz::denied);
  }
  for (const Authz one : kAll) {
    if (outcomes == bit(one)) {
      answer.outcome = one;
      return answer;
    }
  }
  answer.doubt = judge.doubt.empty() ? "a Require is not known" : judge.doubt;
  answer.doubt_place = judge.doubt_place;
  return answer;
}

}  // namespace stockade::conf
