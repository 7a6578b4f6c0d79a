// RewriteCond. Source: modules/mappers/mod_rewrite.c (apply_rewrite_cond).
#include "base/pattern.h"
#include "base/text.h"
#include "conf/checks/expressions.h"
#include "conf/checks/words_in.h"
#include "conf/effective/rewrite_text.h"

namespace stockade::conf {

namespace {

using expr::Answer;
using expr::Truth;

Answer yes_or_no(bool holds) { return {holds ? Truth::yes : Truth::no, ""}; }
Answer unknown_answer(std::string cause) { return {Truth::unknown, std::move(cause)}; }

// atoi
int64_t number_as_atoi(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && is_blank(text[at])) ++at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  int64_t value = 0;
  for (; at < text.size() && is_digit(text[at]) && value < 1'000'000'000; ++at) {
    value = value * 10 + (text[at] - '0');
  }
  return negative ? -value : value;
}

// The longer one is the greater.
int compare_order(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() > b.size() ? 1 : -1;
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool compare_numbers(std::string_view op, int64_t a, int64_t b) {
  if (op == "-eq") return a == b;
  if (op == "-ne") return a != b;
  if (op == "-lt") return a < b;
  if (op == "-le") return a <= b;
  return op == "-gt" ? a > b : a >= b;
}

class Condition {
 public:
  Condition(RewriteState& state, const Found& found)
      : state_(state), found_(found), flags_(read_rewrite_flags(found.directive->arg(2))) {}

  const RewriteFlags& flags() const { return flags_; }

  Answer holds() {
    const Directive& d = *found_.directive;
    if (!flags_.unknown.empty()) return unknown_answer("the flag " + flags_.unknown);
    std::string_view test = d.arg(1);
    negated_ = test.starts_with('!');
    if (negated_) test.remove_prefix(1);
    Answer answer = equals_ignoring_case(d.arg(0), "expr") ? ask(test) : compare(d.arg(0), test);
    if (negated_ && answer.truth != Truth::unknown) {
      answer.truth = answer.truth == Truth::yes ? Truth::no : Truth::yes;
    }
    return answer;
  }

 private:
  Answer ask(std::string_view text) {
    const expr::Parsed parsed = expr::parse(text, parse_options(*found_.layer->config));
    if (!parsed.error.empty()) return unknown_answer(parsed.error);
    std::vector<std::string> groups;
    const Answer answer = expr::evaluate(parsed.root, state_.facts, groups);
    if (answer.truth == Truth::yes && !negated_) state_.condition_groups = groups;
    return answer;
  }

  Answer compare(std::string_view text, std::string_view test) {
    const expr::Value value = expand_rewrite(state_, text, nullptr);
    if (!value.known) return unknown_answer(value.cause);
    const std::string& subject = value.text;
    if (test.size() == 2 && test[0] == '-' &&
        std::string_view("dfslLhxFU").find(test[1]) != std::string_view::npos) {
      return state_.facts.file_test(test[1], subject);
    }
    if (is_one_of(test.substr(0, 3), "-eq|-ne|-lt|-le|-gt|-ge")) {
      return yes_or_no(compare_numbers(lower(test.substr(0, 3)), number_as_atoi(subject),
                                       number_as_atoi(test.substr(3))));
    }
    if (test.starts_with('<') || test.starts_with('>')) return order(subject, test);
    if (test.starts_with('=')) {
      std::string_view wanted = test.substr(1);
      if (wanted == "\"\"") wanted = "";
      return yes_or_no(flags_.ignore_case ? equals_ignoring_case(subject, wanted)
                                          : subject == wanted);
    }
    const auto pattern = Pattern::compile(test, flags_.ignore_case);
    if (!pattern) return unknown_answer("its expression");
    std::vector<std::string> groups;
    const bool matches = pattern->matches(subject, groups);
    if (matches && !negated_) state_.condition_groups = groups;
    return yes_or_no(matches);
  }

  static Answer order(std::string_view subject, std::string_view test) {
    const bool less = test[0] == '<';
    const bool or_equal = test.size() > 1 && test[1] == '=';
    const int order = compare_order(subject, test.substr(or_equal ? 2 : 1));
    if (order == 0) return yes_or_no(or_equal);
    return yes_or_no(less == (order < 0));
  }

  RewriteState& state_;
  const Found& found_;
  RewriteFlags flags_;
  bool negated_ = false;
};

}  // namespace

Answer conditions_hold(RewriteState& state, const std::vector<Found>& conditions) {
  for (size_t i = 0; i < conditions.size(); ++i) {
    Condition condition(state, conditions[i]);
    const Answer answer = condition.holds();
    if (answer.truth == Truth::unknown) return answer;
    if (!condition.flags().or_next) {
      if (answer.truth == Truth::no) return answer;
      continue;
    }
    if (answer.truth == Truth::no) continue;
    // One of them is enough; the last of the chain has no [OR] of its own.
    while (i < conditions.size() && read_rewrite_flags(conditions[i].directive->arg(2)).or_next) {
      ++i;
    }
  }
  return yes_or_no(true);
}

}  // namespace stockade::conf
