#include <gtest/gtest.h>

#include "base/text.h"
#include "conf/expr/evaluate.h"

namespace stockade::conf::expr {
namespace {

class Request : public Facts {
 public:
  Value variable(std::string_view name) const override {
    if (equals_ignoring_case(name, "HTTP_HOST")) return {"shop.example", true, ""};
    if (equals_ignoring_case(name, "REMOTE_ADDR")) return {"10.1.2.3", true, ""};
    if (equals_ignoring_case(name, "QUERY_STRING")) return {"", true, ""};
    return unknown_value("not given");
  }
  Value function(std::string_view name, std::string_view argument) const override {
    if (name == "req" && argument == "A") return {"on", true, ""};
    return unknown_value("not given");
  }
  Answer file_test(char, std::string_view path) const override {
    return path == "/x" ? Answer{Truth::yes, ""} : Answer{Truth::unknown, "not looked at"};
  }
};

Parsed parsed(std::string_view text, bool as_string = false) {
  ParseOptions options;
  options.as_string = as_string;
  options.has_module = [](std::string_view) { return false; };
  return parse(text, options);
}

// 'y', 'n', '?', or 'e' where httpd refuses it.
char outcome(std::string_view text) {
  const Parsed expression = parsed(text);
  if (!expression.error.empty()) return 'e';
  const Answer answer = evaluate(expression.root, Request());
  if (answer.truth == Truth::unknown) {
    EXPECT_FALSE(answer.cause.empty()) << text;
    return '?';
  }
  return answer.truth == Truth::yes ? 'y' : 'n';
}

TEST(Expression, ComesToTrueFalseOrUnknown) {
  struct Case {
    char wanted;
    const char* text;
  };
  constexpr Case kCases[] = {
      {'y', "true"},
      {'n', "!true"},
      {'y', "%{HTTP_HOST} == 'shop.example'"},
      {'y', "%{HTTP_HOST} =~ /^SHOP/i && $0 == ''"},
      {'y', "%{HTTP_HOST} =~ /^(s).*\\.(.+)$/ && $2 == 'example'"},
      {'n', "%{HTTP_HOST} !~ m#shop#"},
      {'?', "%{REQUEST_URI} == '/'"},
      {'y', "%{REQUEST_URI} == '/' || true"},
      {'n', "%{REQUEST_URI} == '/' && false"},
      {'?', "! %{REQUEST_URI} == '/'"},
      {'y', "'9' -lt 10"},
      {'n', "'9' < '10'"},
      {'y', "-T req('A')"},
      {'?', "-T req('B')"},
      {'y', "-R '10.0.0.0/8'"},
      {'n', "%{REMOTE_ADDR} -ipmatch '192.0.2'"},
      {'y', "'b' in {'a', 'b'}"},
      {'n', "'c' in {'a', 'b'}"},
      {'y', "-z %{QUERY_STRING}"},
      {'y', "tolower('A') . 'b' == 'ab'"},
      {'y', "-f '/x'"},
      {'?', "-f '/y'"},
      {'e', "-f"},
      {'e', "foo"},
  };
  for (const Case& c : kCases) EXPECT_EQ(outcome(c.text), c.wanted) << c.text;
}

TEST(Expression, ATemplateGivesText) {
  const Parsed good = parsed("https://%{HTTP_HOST}/%{tolower:ABC}", true);
  EXPECT_EQ(good.error, "");
  EXPECT_EQ(evaluate_text(good.root, Request()).text, "https://shop.example/abc");
  EXPECT_FALSE(evaluate_text(parsed("%{REQUEST_URI}", true).root, Request()).known);
}

TEST(Expression, DeepNestingIsAnError) {
  EXPECT_EQ(outcome(std::string(100'000, '(') + "true"), 'e');
  EXPECT_EQ(outcome(std::string(100'000, '!') + "true"), 'e');
}

}  // namespace
}  // namespace stockade::conf::expr
