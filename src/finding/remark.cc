#include "finding/remark.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "base/text.h"

namespace stockade {

namespace {

constexpr std::string_view kForm = "write: # stockade: ignore=RULE until=2027-01-31 reason=...";

tl::unexpected<Error> remark_error(std::string_view text, std::string cause,
                                   std::string remedy = std::string(kForm)) {
  return fail({"understand the remark", std::string(text), std::move(cause), std::move(remedy), 0});
}

// Takes the first word off `rest`.
std::string_view take_word(std::string_view& rest) {
  rest = trim(rest);
  size_t end = 0;
  while (end < rest.size() && !is_blank(rest[end])) ++end;
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

// A quoted value may hold blanks; nothing if the quote is not closed.
std::optional<std::string_view> take_quoted(std::string_view& rest) {
  const size_t end = rest.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view value = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return value;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(trim(text)) {}

  Result<ParsedRemark> parse() {
    while (!rest_.empty()) {
      if (auto part = take_part(); !part) return fail(part.error());
      rest_ = trim(rest_);
    }
    if (remark_.rules.empty()) return remark_error(text_, "it names no rule");
    if (remark_.reason.empty()) {
      return remark_error(text_, "it gives no reason", "add reason=... : why is this acceptable?");
    }
    return std::move(remark_);
  }

 private:
  Result<void> take_part() {
    const size_t equals = rest_.find('=');
    const std::string_view key = trim(rest_.substr(0, equals));
    if (equals == std::string_view::npos || key.find(' ') != std::string_view::npos) {
      std::string_view rest = rest_;
      return remark_error(text_, fmt::format("\"{}\" is not understood", take_word(rest)));
    }
    if (key != "ignore" && key != "until" && key != "reason") {
      const auto near = nearest(key, {"ignore", "until", "reason"});
      return remark_error(
          text_, near ? fmt::format("\"{}\" is not known; did you mean \"{}\"?", key, *near)
                      : fmt::format("\"{}\" is not known", key));
    }
    rest_.remove_prefix(equals + 1);
    return key == "ignore" ? take_rules() : key == "until" ? take_until() : take_reason();
  }

  Result<void> take_rules() {
    for (const std::string_view rule : split(take_word(rest_), ',')) {
      if (!rule.empty()) remark_.rules.emplace_back(rule);
    }
    return {};
  }

  Result<void> take_until() {
    const std::string_view date = take_word(rest_);
    if (!is_iso_date(date)) {
      return remark_error(text_, fmt::format("until=\"{}\" is no date", date),
                          "write the date as YYYY-MM-DD");
    }
    remark_.until = date;
    return {};
  }

  Result<void> take_reason() {
    rest_ = trim(rest_);
    if (rest_.starts_with('"')) {
      const auto quoted = take_quoted(rest_);
      if (!quoted) return remark_error(text_, "the reason's quote is not closed");
      remark_.reason = trim(*quoted);
    } else {
      // A reason may hold a '='; a date written behind it would be lost in it unseen.
      if (rest_.find(" until=") != std::string_view::npos ||
          rest_.find(" ignore=") != std::string_view::npos) {
        return remark_error(text_, "the reason is the rest of the line and swallows what follows",
                            "put reason=... last, or its text in quotes");
      }
      remark_.reason = rest_;
      rest_ = {};
    }
    return {};
  }

  std::string_view text_;
  std::string_view rest_;
  ParsedRemark remark_;
};

}  // namespace

bool is_iso_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!is_digit(text[i])) return false;
  }
  const auto part = [&](size_t at, size_t size) {
    return static_cast<unsigned>(*parse_number(text.substr(at, size)));
  };
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(part(0, 4))),
                                     std::chrono::month(part(5, 2)), std::chrono::day(part(8, 2)))
      .ok();
}

Result<ParsedRemark> parse_remark(std::string_view text) { return Parser(text).parse(); }

}  // namespace stockade
