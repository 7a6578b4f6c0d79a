#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace stockade {

void Pattern::Free::operator()(void* code) const {
  pcre2_code_free(static_cast<pcre2_code*>(code));
}

Result<Pattern> Pattern::compile(std::string_view expression, bool ignore_case) {
  int code = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* compiled = pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
      PCRE2_DOLLAR_ENDONLY | (ignore_case ? PCRE2_CASELESS : 0), &code, &offset, nullptr);
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

namespace {
struct Match {
  explicit Match(const pcre2_code* code, uint32_t steps = Pattern::kMostSteps)
      : data(pcre2_match_data_create_from_pattern(code, nullptr)),
        context(pcre2_match_context_create(nullptr)) {
    pcre2_set_match_limit(context, steps);
  }
  ~Match() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
  }
  Match(const Match&) = delete;
  Match& operator=(const Match&) = delete;

  Pattern::Verdict run(const pcre2_code* code, std::string_view text) const {
    const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                                  0, data, context);
    if (found >= 0) return Pattern::Verdict::yes;
    return found == PCRE2_ERROR_NOMATCH ? Pattern::Verdict::no : Pattern::Verdict::given_up;
  }

  pcre2_match_data* data;
  pcre2_match_context* context;
};
}  // namespace

bool Pattern::matches(std::string_view text) const {
  return verdict(text, kMostSteps) == Verdict::yes;
}

Pattern::Verdict Pattern::verdict(std::string_view text, uint32_t steps) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  return Match(code, steps).run(code, text);
}

bool Pattern::matches(std::string_view text, std::vector<std::string>& groups) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const Match match(code);
  if (match.run(code, text) != Verdict::yes) return false;
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(match.data);
  groups.assign(pcre2_get_ovector_count(match.data), "");
  for (size_t i = 0; i < groups.size(); ++i) {
    if (ends[2 * i] == PCRE2_UNSET || ends[2 * i + 1] < ends[2 * i]) continue;
    groups[i] = text.substr(ends[2 * i], ends[2 * i + 1] - ends[2 * i]);
  }
  return true;
}

uint32_t Pattern::group_count() const {
  uint32_t count = 0;
  pcre2_pattern_info(static_cast<const pcre2_code*>(code_.get()), PCRE2_INFO_CAPTURECOUNT, &count);
  return count;
}

}  // namespace stockade
