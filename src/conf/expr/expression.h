// An ap_expr expression: what <If>, "Require expr", expr= and the templates of values hold.
// Source: https://httpd.apache.org/docs/2.4/expr.html; server/util_expr_parse.y.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/pattern.h"
#include "conf/expr/names.h"

namespace stockade::conf::expr {

enum class Op : uint8_t {
  constant_true,
  constant_false,
  not_op,
  or_op,
  and_op,
  compare,   // text: eq ne lt le gt ge == != < <= > >=; two words
  matches,   // a word and `pattern`; number is 1 for !~
  in_list,   // a word, then the list's words; text: a list function, or empty
  unary,     // text: its letter; a word
  binary,    // text: its name; two words
  literal,   // text
  variable,  // text: its name
  call,      // text: the function; a word
  back_ref,  // number
  concat,    // words
};

struct Node {
  Op op = Op::literal;
  std::string text;
  int number = 0;
  std::shared_ptr<const Pattern> pattern;
  std::vector<Node> children;
};

struct ParseOptions {
  bool as_string = false;   // a template, whose value is text
  bool restricted = false;  // in .htaccess: no looking at files
  bool strangers = false;   // a module that no table describes may bring names
  HasModule has_module;
};

struct Parsed {
  Node root;
  std::string error;  // httpd refuses it: its message or one like it
};

Parsed parse(std::string_view text, const ParseOptions& options);

}  // namespace stockade::conf::expr
