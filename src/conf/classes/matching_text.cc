#include "conf/classes/matching_text.h"

#include <vector>

#include "base/pattern.h"
#include "base/text.h"

namespace stockade::conf {

namespace {

constexpr size_t kLongest = 2000;
constexpr size_t kDeepestGroup = 40;
constexpr unsigned kVariants = 12;

// Walks an expression once and writes what it would match. `variant` says which of several
// alternatives is taken and whether optional parts are written.
class Writer {
 public:
  Writer(std::string_view expression, unsigned variant)
      : text_(expression), variant_(variant), optional_parts_(variant % 2 == 1) {}

  std::optional<std::string> run() {
    std::string out = alternatives();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return out;
  }

 private:
  bool more() const { return at_ < text_.size() && !failed_; }
  char peek() const { return text_[at_]; }
  bool take(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
  }
  std::string give_up() {
    failed_ = true;
    return "";
  }

  std::string alternatives() {
    if (++depth_ > kDeepestGroup) return give_up();
    std::vector<std::string> choices{sequence()};
    while (more() && take("|")) choices.push_back(sequence());
    --depth_;
    return choices[(variant_ / 2) % choices.size()];
  }

  std::string sequence() {
    std::string out;
    while (more() && peek() != '|' && peek() != ')') {
      const std::string atom = one();
      out += repeated(atom);
      if (out.size() > kLongest) return give_up();
    }
    return out;
  }

  std::string one() {
    if (take("(")) return group();
    if (peek() == '[') return one_of(bracket());
    if (peek() == '\\') return escape();
    const char c = text_[at_++];
    if (c == '^' || c == '$') return "";
    return c == '.' ? "a" : std::string(1, c);
  }

  std::string group() {
    bool assertion = false;
    if (take("?")) {
      if (take("=") || take("!") || take("<=") || take("<!")) {
        assertion = true;
      } else if (take("<") || take("P<") || take("'")) {
        while (more() && peek() != '>' && peek() != '\'') ++at_;
        ++at_;
      } else if (!take(":") && !take(">") && !take("|")) {
        while (more() && peek() != ':' && peek() != ')') ++at_;  // (?i) or (?i:...)
        take(":");
      }
    }
    const std::string inside = alternatives();
    if (!take(")")) return give_up();
    return assertion ? "" : inside;
  }

  std::string_view bracket() {
    const size_t start = at_++;
    if (more() && peek() == '^') ++at_;
    if (more() && peek() == ']') ++at_;
    while (more() && peek() != ']') {
      if (text_.substr(at_).starts_with("[:")) {
        const size_t end = text_.find(":]", at_);
        if (end == std::string_view::npos) break;
        at_ = end + 1;
      } else if (peek() == '\\') {
        ++at_;
      }
      ++at_;
    }
    if (!take("]")) failed_ = true;
    return text_.substr(start, at_ - start);
  }

  std::string escape() {
    const std::string_view whole = text_.substr(at_, 2);
    if (whole.size() < 2) return give_up();
    at_ += 2;
    const char c = whole[1];
    if (std::string_view("AzZbBGK").find(c) != std::string_view::npos) return "";
    if (std::string_view("dDwWsShHvVNR").find(c) != std::string_view::npos) return one_of(whole);
    const bool letter = (to_lower(c) >= 'a' && to_lower(c) <= 'z') || is_digit(c);
    return letter ? give_up() : std::string(1, c);
  }

  // A harmless character that an atom of one character matches.
  std::string one_of(std::string_view atom) {
    const auto pattern = Pattern::compile("^" + std::string(atom) + "$");
    if (!pattern || failed_) return give_up();
    for (const char c : std::string_view("a1b-_.A/~ +,;:@=%&")) {
      if (pattern->matches(std::string_view(&c, 1))) return std::string(1, c);
    }
    for (char c = '!'; c < 127; ++c) {
      if (pattern->matches(std::string_view(&c, 1))) return std::string(1, c);
    }
    return give_up();
  }

  std::string repeated(const std::string& atom) {
    if (!more()) return atom;
    size_t least = 1;
    bool many = true;
    if (take("?") || take("*")) {
      least = 0;
    } else if (!take("+")) {
      many = counted(least);
      if (!many) return atom;
    }
    if (!take("?")) take("+");
    if (least == 0 && optional_parts_) least = 1;
    if (least * atom.size() > kLongest) return give_up();
    std::string out;
    for (size_t i = 0; i < least; ++i) out += atom;
    return out;
  }

  // {2}, {2,}, {2,5}; any other brace is text.
  bool counted(size_t& least) {
    if (peek() != '{') return false;
    const size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    const auto number = parse_number(inside.substr(0, inside.find(',')));
    if (!number || *number < 0 || *number > static_cast<int64_t>(kLongest)) return false;
    least = static_cast<size_t>(*number);
    at_ = end + 1;
    return true;
  }

  std::string_view text_;
  unsigned variant_;
  bool optional_parts_;
  size_t at_ = 0;
  size_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> matching_text(std::string_view expression, std::string_view front,
                                         bool ignore_case) {
  const auto pattern = Pattern::compile(expression, ignore_case);
  if (!pattern) return std::nullopt;
  for (unsigned variant = 0; variant < kVariants; ++variant) {
    const auto written = Writer(expression, variant).run();
    if (!written) return std::nullopt;
    const bool has_front = written->starts_with(front);
    for (const std::string_view between : {"", "a", "a/"}) {
      std::string tried = has_front && between.empty()
                              ? *written
                              : std::string(front) + std::string(between) + *written;
      if (!tried.empty() && tried.find('\n') == std::string::npos && pattern->matches(tried)) {
        return tried;
      }
    }
  }
  return std::nullopt;
}

}  // namespace stockade::conf
