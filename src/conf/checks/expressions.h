// Where a directive holds ap_expr expressions, and whether httpd can parse them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/checks/check.h"
#include "conf/expr/expression.h"

namespace stockade::conf {

struct ExpressionText {
  std::string_view text;
  bool as_string = false;  // a template, not a condition
};

std::vector<ExpressionText> expressions_in(const Directive& d);

// What stands behind the provider's name of a Require, as written.
std::string_view require_arguments(const Directive& d);

// For an expression of this configuration; it must outlive the result.
expr::ParseOptions parse_options(const Config& config);

// httpd's message, or empty.
std::string check_expressions(const CheckInput& input);

}  // namespace stockade::conf
