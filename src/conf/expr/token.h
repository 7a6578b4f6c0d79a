// The words of an ap_expr expression, as httpd's scanner cuts them.
// Source: https://httpd.apache.org/docs/2.4/expr.html; server/util_expr_scan.l.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::conf::expr {

enum class TokenKind : uint8_t {
  end,
  error,
  true_word,
  false_word,
  digits,
  name,
  text,      // a piece of a string or of a function's argument
  pattern,   // text holds the expression; number is 1 where case is ignored
  back_ref,  // number holds which
  unary,
  binary,
  string_begin,
  string_end,
  variable_begin,
  variable_end,
  symbol,  // ( ) { } , : and the comparisons; text holds it, words of one meaning made equal
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
  int number = 0;

  bool is(std::string_view symbol) const { return kind == TokenKind::symbol && text == symbol; }
};

// `as_string`: the whole text is the inside of a string ("AuthName", "Header set X expr=...").
// The last token is an end or an error with httpd's message.
std::vector<Token> scan(std::string_view text, bool as_string);

}  // namespace stockade::conf::expr
