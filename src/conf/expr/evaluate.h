// What an expression comes to for one request. What is not known of the request stays unknown, with
// the cause; nothing is guessed. Source: server/util_expr_eval.c.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/expr/expression.h"

namespace stockade::conf::expr {

enum class Truth : uint8_t { no, yes, unknown };

struct Value {
  std::string text;
  bool known = true;
  std::string cause;  // why it is not known
};
inline Value unknown_value(std::string cause) { return {"", false, std::move(cause)}; }

struct Answer {
  Truth truth = Truth::unknown;
  std::string cause;  // of unknown
};

// What the expression asks of the request.
class Facts {
 public:
  virtual ~Facts() = default;
  virtual Value variable(std::string_view name) const = 0;
  // req, http, resp, note, env, reqenv, osenv, file ...: functions that are not of text alone.
  virtual Value function(std::string_view name, std::string_view argument) const = 0;
  // -d -e -f -s -L -h -x; -F -U -A
  virtual Answer file_test(char letter, std::string_view path) const = 0;
};

Answer evaluate(const Node& condition, const Facts& facts);
// The same; `groups` becomes what the last regular expression captured.
Answer evaluate(const Node& condition, const Facts& facts, std::vector<std::string>& groups);
Value evaluate_text(const Node& word, const Facts& facts);

}  // namespace stockade::conf::expr
