#include "rules/support/authz.h"

#include <algorithm>
#include <vector>

namespace stockade::rules {

namespace {

using conf::Directive;

bool is_requirement(const Directive& d) {
  return d.is("Require") ||
         (d.section && (d.is("RequireAll") || d.is("RequireAny") || d.is("RequireNone")));
}

std::vector<AuthzAnswer> requirements_in(const Directive& section);

// One of several is enough: the most open answer.
AuthzAnswer any_of(const std::vector<AuthzAnswer>& answers) {
  return *std::min_element(answers.begin(), answers.end(),
                           [](const auto& a, const auto& b) { return a.access < b.access; });
}

// All of them must be met: the tightest answer.
AuthzAnswer all_of(const std::vector<AuthzAnswer>& answers) {
  return *std::max_element(answers.begin(), answers.end(),
                           [](const auto& a, const auto& b) { return a.access < b.access; });
}

AuthzAnswer answer_of(const Directive& d) {
  if (d.is("Require")) {
    const bool all = equals_ignoring_case(d.arg(0), "all");
    if (all && equals_ignoring_case(d.arg(1), "granted")) return {Access::granted, &d};
    if (all && equals_ignoring_case(d.arg(1), "denied")) return {Access::denied, &d};
    return {Access::restricted, &d};
  }
  const auto answers = requirements_in(d);
  if (answers.empty()) return {Access::restricted, &d};
  if (d.is("RequireAll")) return all_of(answers);
  if (d.is("RequireAny")) return any_of(answers);
  return {Access::restricted, &d};
}

std::vector<AuthzAnswer> requirements_in(const Directive& section) {
  std::vector<AuthzAnswer> answers;
  for (const Directive& d : children_of(section)) {
    if (is_requirement(d)) answers.push_back(answer_of(d));
  }
  return answers;
}

// "from all" among the words of Allow or Deny.
bool is_from_all(const Directive& d) {
  return std::any_of(d.words.begin(), d.words.end(),
                     [](const conf::Word& word) { return equals_ignoring_case(word.text, "all"); });
}

}  // namespace

std::optional<AuthzAnswer> required_in(const Directive& section) {
  const auto answers = requirements_in(section);
  if (answers.empty()) return std::nullopt;
  return any_of(answers);
}

std::optional<AuthzAnswer> allowed_in(const Directive& section) {
  const Directive* order = nullptr;
  const Directive* allow = nullptr;
  const Directive* deny = nullptr;
  const Directive* satisfy_any = nullptr;
  for (const Directive& d : children_of(section)) {
    if (d.is("Order")) order = &d;
    if (d.is("Allow") && (allow == nullptr || is_from_all(d))) allow = &d;
    if (d.is("Deny") && (deny == nullptr || is_from_all(d))) deny = &d;
    if (d.is("Satisfy") && equals_ignoring_case(d.arg(0), "any")) satisfy_any = &d;
  }
  if (order == nullptr && allow == nullptr && deny == nullptr) return std::nullopt;
  if (satisfy_any != nullptr) return AuthzAnswer{Access::restricted, satisfy_any};
  // "Order deny,allow", the default, lets in who is not denied; "allow,deny" who is allowed.
  const bool deny_last = order != nullptr && starts_with_ignoring_case(order->arg(0), "allow");
  if (deny_last) {
    if (deny != nullptr && is_from_all(*deny)) return AuthzAnswer{Access::denied, deny};
    if (allow == nullptr) return AuthzAnswer{Access::denied, order};
    const bool open = is_from_all(*allow) && deny == nullptr;
    return AuthzAnswer{open ? Access::granted : Access::restricted, allow};
  }
  if (deny == nullptr) return AuthzAnswer{Access::granted, allow != nullptr ? allow : order};
  if (allow == nullptr) {
    return AuthzAnswer{is_from_all(*deny) ? Access::denied : Access::restricted, deny};
  }
  return AuthzAnswer{is_from_all(*allow) ? Access::granted : Access::restricted, allow};
}

}  // namespace stockade::rules
