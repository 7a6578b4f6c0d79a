#include "conf/expr/token.h"

#include <array>

#include "base/text.h"

namespace stockade::conf::expr {

namespace {

constexpr size_t kMostBytes = 8191;  // of one string or regular expression
constexpr std::string_view kPatternMarks = "/#$%^|?!'\",;:._-";
constexpr const char* kUnterminated = "Unterminated string or variable";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

// What the scanner is in the middle of: a string with its end, a variable's name, its argument.
enum class Inside : uint8_t { expression, string, variable, argument };

struct Operator {
  std::string_view word;
  std::string_view meaning;
};
constexpr Operator kOperators[] = {
    {"&&", "and"},  {"||", "or"},  {"==", "=="},   {"!=", "!="},  {"<=", "<="},  {">=", ">="},
    {"=~", "=~"},   {"!~", "!~"},  {"=", "=="},    {"<", "<"},    {">", ">"},    {"!", "not"},
    {".", "."},     {"(", "("},    {")", ")"},     {"{", "{"},    {"}", "}"},    {",", ","},
    {"and", "and"}, {"or", "or"},  {"not", "not"}, {"-in", "in"}, {"-eq", "eq"}, {"-ne", "ne"},
    {"-ge", "ge"},  {"-le", "le"}, {"-gt", "gt"},  {"-lt", "lt"}, {"lt", "lt"},  {"le", "le"},
    {"gt", "gt"},   {"ge", "ge"},  {"ne", "ne"},   {"eq", "eq"},  {"in", "in"},
};

class Scanner {
 public:
  Scanner(std::string_view text, bool as_string) : text_(text), as_string_(as_string) {
    states_.push_back(as_string ? Inside::string : Inside::expression);
  }

  std::vector<Token> run() {
    while (step()) {
    }
    return std::move(tokens_);
  }

 private:
  char at(size_t offset = 0) const {
    return next_ + offset < text_.size() ? text_[next_ + offset] : '\0';
  }
  bool ended() const { return next_ >= text_.size(); }
  void add(TokenKind kind, std::string text = "", int number = 0) {
    tokens_.push_back({kind, std::move(text), number});
  }
  bool fail(std::string message) {
    add(TokenKind::error, std::move(message));
    return false;
  }
  // The literal text so far becomes a token of its own before anything else does.
  void flush() {
    if (piece_.empty()) return;
    add(TokenKind::text, std::move(piece_));
    piece_.clear();
  }

  bool step() {
    switch (states_.back()) {
      case Inside::expression:
        return step_expression();
      case Inside::variable:
        return step_variable();
      default:
        return step_string();
    }
  }

  bool end_of_text() {
    if (states_.size() == 1 && as_string_) {
      add(TokenKind::text, std::move(piece_));
    } else if (states_.size() > 1 || states_.back() != Inside::expression) {
      return fail(kUnterminated);
    }
    add(TokenKind::end);
    return false;
  }

  bool step_string() {
    if (ended()) return end_of_text();
    const char c = at();
    const bool argument = states_.back() == Inside::argument;
    if (piece_.size() >= kMostBytes) return fail("String too long");
    if (c == '\n') return fail(kUnterminated);
    if (c == '\\' && next_ + 1 < text_.size()) return escape();
    if (!argument && c == quote_ && c != '\0') {
      flush();
      ++next_;
      quote_ = '\0';
      states_.pop_back();
      add(TokenKind::string_end);
      return true;
    }
    if (c == '$' && is_digit(at(1))) {
      flush();
      add(TokenKind::back_ref, "", at(1) - '0');
      next_ += 2;
      return true;
    }
    if (c == '%' && at(1) == '{') {
      flush();
      return begin_variable();
    }
    if (argument && c == '}') {
      flush();
      return end_variable();
    }
    piece_ += c;
    ++next_;
    return true;
  }

  bool begin_variable() {
    next_ += 2;
    add(TokenKind::variable_begin);
    states_.push_back(Inside::variable);
    return true;
  }
  bool end_variable() {
    ++next_;
    add(TokenKind::variable_end);
    states_.pop_back();
    return true;
  }

  bool step_variable() {
    if (ended()) return fail(kUnterminated);
    const char c = at();
    if (c == '}') return end_variable();
    if (c == ':') {
      ++next_;
      add(TokenKind::symbol, ":");
      states_.back() = Inside::argument;
      return true;
    }
    if (!is_letter(c)) return fail(std::string("Invalid character in variable name '") + c + "'");
    add(TokenKind::name, take_name());
    return true;
  }

  std::string take_name() {
    const size_t begin = next_;
    while (!ended() && is_name(at())) ++next_;
    return std::string(text_.substr(begin, next_ - begin));
  }

  bool escape() {
    const char c = at(1);
    size_t digits = 0;
    while (is_digit(at(1 + digits))) ++digits;
    if (digits > 0) return escape_number(digits);
    constexpr std::string_view kLetters = "nrtbf";
    constexpr std::string_view kBytes = "\n\r\t\b\f";
    const size_t found = kLetters.find(c);
    piece_ += found == std::string_view::npos ? c : kBytes[found];
    next_ += 2;
    return true;
  }

  bool escape_number(size_t digits) {
    size_t octal = 0;
    while (octal < 3 && is_octal(at(1 + octal))) ++octal;
    if (octal < digits) return fail("Bad escape sequence");
    int value = 0;
    for (size_t i = 0; i < octal; ++i) value = value * 8 + (at(1 + i) - '0');
    if (value > 0xff) return fail("Escape sequence out of bound");
    piece_ += static_cast<char>(value);
    next_ += 1 + octal;
    return true;
  }

  bool step_expression() {
    if (ended()) return end_of_text();
    const char c = at();
    if (c == ' ' || c == '\t' || c == '\n') {
      ++next_;
      return true;
    }
    if (c == '"' || c == '\'') {
      ++next_;
      quote_ = c;
      add(TokenKind::string_begin);
      states_.push_back(Inside::string);
      return true;
    }
    if (c == '%' && at(1) == '{') return begin_variable();
    if (c == '$' && is_digit(at(1))) {
      add(TokenKind::back_ref, "", at(1) - '0');
      next_ += 2;
      return true;
    }
    if (c == '/') return take_pattern(1);
    return step_word();
  }

  // The longest of what may stand here, as a scanner takes it.
  bool step_word() {
    const char c = at();
    if (is_letter(c)) {
      size_t length = 1;
      while (is_name(at(length))) ++length;
      const bool mark =
          c == 'm' && at(1) != '\0' && kPatternMarks.find(at(1)) != std::string_view::npos;
      if (mark && length <= 2) return take_pattern(2);
      return add_word(text_.substr(next_, length));
    }
    const size_t sign = c == '-' ? 1 : 0;
    if (is_digit(at(sign))) {
      size_t length = sign;
      while (is_digit(at(length))) ++length;
      add(TokenKind::digits, std::string(text_.substr(next_, length)));
      next_ += length;
      return true;
    }
    if (c == '-' && (is_letter(at(1)) || at(1) == '_')) {
      size_t length = 2;
      while (is_name(at(length))) ++length;
      return add_word(text_.substr(next_, length));
    }
    for (const Operator& known : kOperators) {
      if (!known.word.empty() && text_.substr(next_).starts_with(known.word)) {
        next_ += known.word.size();
        add(TokenKind::symbol, std::string(known.meaning));
        return true;
      }
    }
    return fail(std::string("Parse error near '") + c + "'");
  }

  bool add_word(std::string_view word) {
    next_ += word.size();
    for (const Operator& known : kOperators) {
      if (known.word == word) {
        add(TokenKind::symbol, std::string(known.meaning));
        return true;
      }
    }
    if (word == "true") {
      add(TokenKind::true_word);
    } else if (word == "false") {
      add(TokenKind::false_word);
    } else if (word.starts_with('-')) {
      add(word.size() == 2 ? TokenKind::unary : TokenKind::binary, std::string(word.substr(1)));
    } else {
      add(TokenKind::name, std::string(word));
    }
    return true;
  }

  bool take_pattern(size_t skipped) {
    const char mark = at(skipped - 1);
    const size_t begin = next_ + skipped;
    const size_t end = text_.find(mark, begin);
    if (end == std::string_view::npos) return fail("Unterminated regexp");
    if (end - begin > kMostBytes) return fail("Regexp too long");
    next_ = end + 1;
    const bool ignore_case = at() == 'i';
    if (ignore_case) ++next_;
    add(TokenKind::pattern, std::string(text_.substr(begin, end - begin)), ignore_case ? 1 : 0);
    return true;
  }

  std::string_view text_;
  bool as_string_;
  size_t next_ = 0;
  char quote_ = '\0';
  std::string piece_;
  std::vector<Inside> states_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> scan(std::string_view text, bool as_string) {
  return Scanner(text.substr(0, text.find('\0')), as_string).run();
}

}  // namespace stockade::conf::expr
