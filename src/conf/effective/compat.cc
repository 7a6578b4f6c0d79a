#include "conf/effective/compat.h"

#include "base/text.h"
#include "conf/checks/subnet.h"
#include "conf/effective/require.h"

namespace stockade::conf {

namespace {

using expr::Truth;

bool is_ours(const Directive& d) {
  return !d.section && (d.is("Order") || d.is("Allow") || d.is("Deny") || d.is("Satisfy"));
}

// The directives that count, those of <Limit> too.
void gather(Children body, std::string_view method, bool counts, bool& any,
            std::vector<const Directive*>& found) {
  for (const Directive& d : body) {
    if (d.section && (d.is("Limit") || d.is("LimitExcept"))) {
      gather(children_of(d), method, counts && counts_for_method(d, method), any, found);
    } else if (is_ours(d)) {
      any = true;
      if (counts) found.push_back(&d);
    }
  }
}

struct Own {
  const Layer* layer = nullptr;
  std::vector<const Directive*> directives;
};

Own own_of(const World& world, const Layers& layers, std::string_view method) {
  if (!world.config.has_module("access_compat_module")) return {};
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    Own own{&*layer, {}};
    bool any = false;
    gather(layer->body, method, true, any, own.directives);
    if (any) return own;
  }
  return {};
}

Truth opposite(Truth truth) {
  if (truth == Truth::unknown) return truth;
  return truth == Truth::yes ? Truth::no : Truth::yes;
}
// Whether the client is on one line of Allow or Deny.
expr::Answer is_listed(const Directive& d, const RequestFacts& facts) {
  expr::Answer answer{Truth::no, ""};
  for (size_t i = 1; i < d.words.size(); ++i) {
    const std::string_view word = d.arg(i);
    Truth listed = Truth::unknown;
    std::string cause = "the name of the client's address is not looked up";
    if (equals_ignoring_case(word, "all")) return {Truth::yes, ""};
    if (starts_with_ignoring_case(word, "env=")) {
      const bool negated = word.substr(4).starts_with('!');
      const std::string_view name = word.substr(negated ? 5 : 4);
      cause = facts.environment(name).cause;
      listed = negated ? opposite(facts.is_set(name)) : facts.is_set(name);
    } else if (const auto subnet = parse_subnet(word)) {
      const auto inside = subnet->holds(facts.request().client);
      cause = "the client's address is not given";
      if (inside) listed = *inside ? Truth::yes : Truth::no;
    }
    if (listed == Truth::yes) return {Truth::yes, ""};
    if (listed == Truth::unknown) answer = {Truth::unknown, cause};
  }
  return answer;
}

struct Lists {
  Truth allowed = Truth::no;
  Truth denied = Truth::no;
  std::string cause;
  Place place;
};

void note(const Own& own, const Directive& d, const expr::Answer& answer, Lists& lists,
          std::vector<Reason>& because) {
  if (own.layer == nullptr) return;  // no directive, no layer
  Truth& listed = d.is("Allow") ? lists.allowed : lists.denied;
  if (answer.truth == Truth::unknown) {
    lists.cause = answer.cause;
    lists.place = said(*own.layer, d).place;
  }
  if (answer.truth == Truth::yes || (answer.truth == Truth::unknown && listed == Truth::no)) {
    listed = answer.truth;
  }
  if (answer.truth == Truth::no) return;
  const char* outcome = answer.truth == Truth::unknown ? "unknown"
                        : d.is("Allow")                ? "granted"
                                                       : "denied";
  because.push_back({outcome, "the client is listed", said(*own.layer, d)});
}

// What the last match decides: `second` where it matches, else `first`'s.
Truth either(Truth decisive, bool when_decisive, Truth otherwise) {
  const Truth result = when_decisive ? Truth::yes : Truth::no;
  if (decisive == Truth::yes) return result;
  if (decisive == Truth::no || otherwise == result) return otherwise;
  return Truth::unknown;
}

}  // namespace

bool satisfies_any(const World& world, const Layers& layers, const RequestFacts& facts) {
  bool any = false;
  for (const Directive* d : own_of(world, layers, facts.method).directives) {
    if (d->is("Satisfy")) any = equals_ignoring_case(d->arg(0), "any");
  }
  return any;
}

CompatAnswer judge_compat(const World& world, const Layers& layers, const RequestFacts& facts) {
  CompatAnswer answer;
  const Own own = own_of(world, layers, facts.method);
  Lists lists;
  const Directive* order = nullptr;
  for (const Directive* d : own.directives) {
    if (d->is("Order")) order = d;
    if (d->is("Allow") || d->is("Deny")) {
      note(own, *d, is_listed(*d, facts), lists, answer.because);
    }
  }
  const std::string_view words = order == nullptr ? "deny,allow" : order->arg(0);
  if (order != nullptr && own.layer != nullptr)
    answer.because.push_back({"", "the order", said(*own.layer, *order)});
  if (equals_ignoring_case(words, "allow,deny")) {
    answer.truth = either(lists.denied, false, lists.allowed);
  } else if (equals_ignoring_case(words, "deny,allow")) {
    answer.truth = either(lists.allowed, true, opposite(lists.denied));
  } else {
    answer.truth = either(lists.denied, false, lists.allowed);
  }
  answer.cause = lists.cause;
  answer.place = lists.place;
  return answer;
}

}  // namespace stockade::conf
