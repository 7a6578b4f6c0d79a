#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace stockade {

namespace {
// Steps after which an expression with nested repetitions is given up; ordinary ones take dozens.
constexpr uint32_t kMatchLimit = 1'000'000;
}  // namespace

void Pattern::Free::operator()(void* code) const {
  pcre2_code_free(static_cast<pcre2_code*>(code));
}

Result<Pattern> Pattern::compile(std::string_view expression, bool ignore_case) {
  int code = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* compiled =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                    ignore_case ? PCRE2_CASELESS : 0, &code, &offset, nullptr);
  if (compiled == nullptr) {
    PCRE2_UCHAR message[128] = {};
    pcre2_get_error_message(code, message, sizeof message);
    return fail({"read the regular expression", std::string(expression),
                 reinterpret_cast<const char*>(message), "", 0});
  }
  Pattern pattern;
  pattern.code_.reset(compiled);
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  pcre2_match_data* data = pcre2_match_data_create_from_pattern(code, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(context, kMatchLimit);
  const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                                data, context);
  pcre2_match_context_free(context);
  pcre2_match_data_free(data);
  return found >= 0;
}

}  // namespace stockade
