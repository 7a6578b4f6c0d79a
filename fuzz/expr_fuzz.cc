// ap_expr expressions: reading and evaluating any text ends, and what is accepted can be evaluated.
#include <cstdint>
#include <string_view>

#include "conf/expr/evaluate.h"
#include "require.h"

namespace stockade::conf::expr {
namespace {

class Nothing : public Facts {
 public:
  Value variable(std::string_view) const override { return unknown_value("not given"); }
  Value function(std::string_view, std::string_view argument) const override {
    return {std::string(argument), true, ""};
  }
  Answer file_test(char, std::string_view) const override { return {Truth::no, ""}; }
};

void check(std::string_view text, bool as_string) {
  ParseOptions options;
  options.as_string = as_string;
  options.has_module = [](std::string_view) { return true; };
  const Parsed parsed = parse(text, options);
  if (!parsed.error.empty()) return;
  if (as_string) {
    const Value value = evaluate_text(parsed.root, Nothing());
    fuzz::require(value.known || !value.cause.empty(), "what is unknown has a cause");
  } else {
    const Answer answer = evaluate(parsed.root, Nothing());
    fuzz::require(answer.truth != Truth::unknown || !answer.cause.empty(),
                  "what is unknown has a cause");
  }
}

}  // namespace
}  // namespace stockade::conf::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  stockade::conf::expr::check(text, false);
  stockade::conf::expr::check(text, true);
  return 0;
}
