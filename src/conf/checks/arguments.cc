#include "conf/checks/check.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

// httpd reads words one after another; one that is missing and one that is empty are the same.
struct Words {
  const Directive& d;
  size_t count() const { return d.words.size(); }
  bool has(size_t index) const { return !d.arg(index).empty(); }
};

bool fits(ArgShape shape, const Words& words) {
  switch (shape) {
    case ArgShape::raw:
    case ArgShape::argv:
      return true;
    case ArgShape::none:
      return words.count() == 0;
    case ArgShape::take1:
      return words.has(0) && words.count() == 1;
    case ArgShape::take2:
      return words.has(0) && words.has(1) && words.count() == 2;
    case ArgShape::take3:
      return words.has(0) && words.has(1) && words.has(2) && words.count() == 3;
    case ArgShape::take12:
      return words.has(0) && words.count() <= 2;
    case ArgShape::take13:
      return words.has(0) && words.count() <= 3 && (!words.has(1) || words.has(2));
    case ArgShape::take23:
      return words.has(0) && words.has(1) && words.count() <= 3;
    case ArgShape::take123:
      return words.has(0) && words.count() <= 3;
    case ArgShape::iterate:
      return words.count() >= 1;
    case ArgShape::iterate2:
      return words.has(0) && words.count() >= 2;
    case ArgShape::flag: {
      const std::string_view word = words.d.arg(0);
      // What stands behind the word is passed over.
      return words.count() >= 1 &&
             (equals_ignoring_case(word, "on") || equals_ignoring_case(word, "off"));
    }
  }
  return true;
}

const char* wanted(ArgShape shape) {
  switch (shape) {
    case ArgShape::none:
      return " takes no arguments";
    case ArgShape::take1:
      return " takes one argument";
    case ArgShape::take2:
      return " takes two arguments";
    case ArgShape::take3:
      return " takes three arguments";
    case ArgShape::take12:
      return " takes 1-2 arguments";
    case ArgShape::take13:
      return " takes one or three arguments";
    case ArgShape::take23:
      return " takes two or three arguments";
    case ArgShape::take123:
      return " takes one, two or three arguments";
    case ArgShape::iterate:
      return " requires at least one argument";
    case ArgShape::iterate2:
      return " requires at least two arguments";
    case ArgShape::flag:
      return " must be On or Off";
    case ArgShape::raw:
    case ArgShape::argv:
      break;
  }
  return "";
}

// atoi: what stands before the first character that is no digit.
std::optional<int64_t> lenient_number(std::string_view text) {
  size_t end = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  const std::string_view digits = text.substr(text.starts_with('+') ? 1 : 0, end);
  if (const auto number = parse_number(digits)) return number;
  return end > 18 ? std::optional<int64_t>(INT64_MAX) : 0;
}

}  // namespace

std::string check_arguments(const CheckInput& input) {
  if (fits(input.row.shape, {input.directive})) return "";
  return std::string(input.name()) + wanted(input.row.shape);
}

std::string check_value(const CheckInput& input) {
  const DirectiveInfo& row = input.row;
  for (const Word& word : input.directive.words) {
    if (!row.enumeration.empty() && !is_one_of(word.text, row.enumeration)) {
      return std::string(row.name) + " takes one of: " + std::string(row.enumeration);
    }
    if (!row.number.limited) continue;
    const auto number = row.number.lenient ? lenient_number(word.text) : parse_number(word.text);
    if (!number || *number < row.number.least || *number > row.number.most) {
      return std::string(row.name) + ": '" + std::string(word.text) +
             "' is not a number it accepts";
    }
  }
  return "";
}

}  // namespace stockade::conf
