#include "conf/expr/evaluate.h"

#include <limits>

#include "base/text.h"
#include "conf/checks/subnet.h"
#include "conf/checks/words_in.h"
#include "conf/effective/glob.h"
#include "conf/wildcard.h"

namespace stockade::conf::expr {

namespace {

// httpd gives up at 20 levels, which its tree reaches sooner than ours.
constexpr int kMostLevels = 8;
constexpr size_t kMostOperands = 10;

Answer yes_or_no(bool holds) { return {holds ? Truth::yes : Truth::no, ""}; }
Answer unknown_answer(std::string cause) { return {Truth::unknown, std::move(cause)}; }
Answer opposite(Answer answer) {
  if (answer.truth != Truth::unknown) {
    answer.truth = answer.truth == Truth::yes ? Truth::no : Truth::yes;
  }
  return answer;
}

// apr_atoi64: blanks, a sign, digits; the rest is passed over.
int64_t number_as_strtoll(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && is_blank(text[at])) ++at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  int64_t value = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    const int digit = text[at] - '0';
    if (value > (kMost - digit) / 10) return negative ? std::numeric_limits<int64_t>::min() : kMost;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

bool is_true_word(std::string_view text) {
  return !(text.empty() || text == "0" || is_one_of(text, "off|no|false"));
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return text;
}

// ap_strcmp_match, ap_strcasecmp_match: "*" and "?" match anything, '/' too.
bool matches_stars(std::string_view pattern, std::string_view text, bool ignore_case) {
  size_t at = 0;
  size_t next = 0;
  size_t star = std::string_view::npos;
  size_t retry = 0;
  while (next < text.size()) {
    const bool same =
        at < pattern.size() &&
        (ignore_case ? to_lower(pattern[at]) == to_lower(text[next]) : pattern[at] == text[next]);
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      retry = next;
    } else if (same || (at < pattern.size() && pattern[at] == '?')) {
      ++at;
      ++next;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      next = ++retry;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

bool holds_comparison(std::string_view op, std::string_view left, std::string_view right) {
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  if (op == "<") return left < right;
  if (op == "<=") return left <= right;
  if (op == ">") return left > right;
  if (op == ">=") return left >= right;
  const int64_t a = number_as_strtoll(left);
  const int64_t b = number_as_strtoll(right);
  if (op == "eq") return a == b;
  if (op == "ne") return a != b;
  if (op == "lt") return a < b;
  if (op == "le") return a <= b;
  return op == "gt" ? a > b : a >= b;
}

class Evaluator {
 public:
  explicit Evaluator(const Facts& facts) : facts_(facts) {}

  Answer condition(const Node& node) {
    if (!enter(node)) return unknown_answer(kTooDeep);
    Answer answer = condition_inside(node);
    --level_;
    return answer;
  }

  Value word(const Node& node) {
    if (!enter(node)) return unknown_value(kTooDeep);
    Value value = word_inside(node);
    --level_;
    return value;
  }

  const std::vector<std::string>& groups() const { return groups_; }

 private:
  static constexpr const char* kTooDeep = "the expression is nested too deeply";

  bool enter(const Node& node) {
    const bool words = node.op == Op::concat;
    if (level_ >= kMostLevels || (!words && node.children.size() > kMostOperands)) return false;
    ++level_;
    return true;
  }

  Answer condition_inside(const Node& node) {
    switch (node.op) {
      case Op::constant_true:
        return yes_or_no(true);
      case Op::constant_false:
        return yes_or_no(false);
      case Op::not_op:
        return opposite(condition(node.children[0]));
      case Op::or_op:
        return any_of(node, Truth::yes);
      case Op::and_op:
        return any_of(node, Truth::no);
      case Op::compare:
        return compare(node);
      case Op::matches:
        return matches(node);
      case Op::in_list:
        return in_list(node);
      case Op::unary:
        return unary(node);
      case Op::binary:
        return binary(node);
      default:
        return unknown_answer("no condition");
    }
  }

  // The first operand that comes to `decisive` decides. One that is not known decides nothing, and
  // whether what follows is looked at at all is not known either, nor what it captures.
  Answer any_of(const Node& node, Truth decisive) {
    std::string cause;
    for (const Node& child : node.children) {
      const Answer answer = condition(child);
      if (answer.truth == decisive) return answer;
      if (answer.truth == Truth::unknown && cause.empty()) {
        cause = answer.cause;
        groups_known_ = false;
      }
    }
    if (!cause.empty()) return unknown_answer(std::move(cause));
    return yes_or_no(decisive == Truth::no);
  }

  Answer compare(const Node& node) {
    const Value left = word(node.children[0]);
    const Value right = word(node.children[1]);
    if (!left.known || !right.known) return unknown_answer(left.known ? right.cause : left.cause);
    return yes_or_no(holds_comparison(node.text, left.text, right.text));
  }

  Answer matches(const Node& node) {
    const Value subject = word(node.children[0]);
    const bool captures = node.pattern->group_count() > 0;
    if (!subject.known) {
      if (captures) groups_known_ = false;
      return unknown_answer(subject.cause);
    }
    std::vector<std::string> groups;
    const bool found = node.pattern->matches(subject.text, groups);
    if (captures) {
      groups_known_ = true;
      groups_ = found ? groups : std::vector<std::string>();
    }
    return yes_or_no(found != (node.number == 1));
  }

  Answer in_list(const Node& node) {
    const Value needle = word(node.children[0]);
    if (!node.text.empty()) return unknown_answer(node.text + "() is not known before it runs");
    std::string cause = needle.cause;
    for (size_t i = 1; i < node.children.size() && needle.known; ++i) {
      const Value item = word(node.children[i]);
      if (item.known && item.text == needle.text) return yes_or_no(cause.empty());
      if (!item.known) cause = item.cause;
      if (!cause.empty()) break;
    }
    return cause.empty() && needle.known ? yes_or_no(false) : unknown_answer(cause);
  }

  Answer in_subnet(std::string_view network, std::string_view address) {
    const auto subnet = parse_subnet(network);
    const auto holds = subnet ? subnet->holds(address) : std::nullopt;
    if (!holds) return unknown_answer("'" + std::string(address) + "' is no address");
    return yes_or_no(*holds);
  }

  Answer unary(const Node& node) {
    const Value value = word(node.children[0]);
    if (!value.known) return unknown_answer(value.cause);
    switch (node.text[0]) {
      case 'n':
        return yes_or_no(!value.text.empty());
      case 'z':
        return yes_or_no(value.text.empty());
      case 'T':
        return yes_or_no(is_true_word(value.text));
      case 'R': {
        const Value client = facts_.variable("REMOTE_ADDR");
        if (!client.known) return unknown_answer(client.cause);
        return in_subnet(value.text, client.text);
      }
      default:
        return facts_.file_test(node.text[0], value.text);
    }
  }

  Answer binary(const Node& node) {
    const Value left = word(node.children[0]);
    const Value right = word(node.children[1]);
    if (!left.known || !right.known) return unknown_answer(left.known ? right.cause : left.cause);
    if (is_one_of(node.text, "ipmatch")) return in_subnet(right.text, left.text);
    const bool blind = is_one_of(node.text, "strcmatch");
    if (blind || is_one_of(node.text, "strmatch")) {
      return yes_or_no(matches_stars(right.text, left.text, blind));
    }
    if (is_one_of(node.text, "fnmatch")) return yes_or_no(matches_path(right.text, left.text));
    return unknown_answer("-" + node.text + " is not evaluated");
  }

  Value word_inside(const Node& node) {
    switch (node.op) {
      case Op::literal:
        return {node.text, true, ""};
      case Op::variable:
        return facts_.variable(node.text);
      case Op::back_ref:
        return group(static_cast<size_t>(node.number));
      case Op::call:
        return call(node);
      case Op::concat:
        break;
      default:
        return unknown_value("no word");
    }
    Value all;
    for (const Node& child : node.children) {
      Value part = word(child);
      if (!part.known) return part;
      all.text += part.text;
    }
    return all;
  }

  Value group(size_t number) const {
    if (!groups_known_) return unknown_value("what a regular expression captured is not known");
    return {number < groups_.size() ? groups_[number] : "", true, ""};
  }

  Value call(const Node& node) {
    Value argument = word(node.children[0]);
    if (!argument.known) return argument;
    if (is_one_of(node.text, "tolower")) return {lower(argument.text), true, ""};
    if (is_one_of(node.text, "toupper")) return {upper(std::move(argument.text)), true, ""};
    if (is_one_of(node.text, "escape|unescape|base64|unbase64|sha1|md5|ldap")) {
      return unknown_value(node.text + "() is not evaluated");
    }
    return facts_.function(node.text, argument.text);
  }

  const Facts& facts_;
  int level_ = 0;
  bool groups_known_ = true;
  std::vector<std::string> groups_;
};

}  // namespace

Answer evaluate(const Node& condition, const Facts& facts) {
  return Evaluator(facts).condition(condition);
}
Answer evaluate(const Node& condition, const Facts& facts, std::vector<std::string>& groups) {
  Evaluator evaluator(facts);
  Answer answer = evaluator.condition(condition);
  groups = evaluator.groups();
  return answer;
}
Value evaluate_text(const Node& word, const Facts& facts) { return Evaluator(facts).word(word); }

}  // namespace stockade::conf::expr
