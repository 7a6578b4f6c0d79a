// The text of one "# stockade: ..." comment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade {

struct ParsedRemark {
  std::vector<std::string> rules;  // at least one
  std::string until;               // ISO date, or empty
  std::string reason;              // never empty
};

// "ignore=a,b until=2027-01-31 reason=the rest of the line". The error's cause is one clause that
// says what is wrong, its remedy what to write instead.
Result<ParsedRemark> parse_remark(std::string_view text);

// "2027-01-31": four, two and two digits that are a day of the calendar.
bool is_iso_date(std::string_view text);

}  // namespace stockade
