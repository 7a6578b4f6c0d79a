#include "conf/effective/rewrite_line.h"

#include "base/text.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

int redirect_status(std::string_view word) {
  if (word.empty() || equals_ignoring_case(word, "temp")) return 302;
  if (equals_ignoring_case(word, "permanent")) return 301;
  if (equals_ignoring_case(word, "seeother")) return 303;
  return static_cast<int>(parse_number(word).value_or(302));
}

void read_flag(std::string_view flag, RewriteFlags& flags) {
  const std::string_view name = flag.substr(0, flag.find('='));
  const std::string_view value =
      name.size() == flag.size() ? std::string_view() : flag.substr(name.size() + 1);
  if (is_one_of(name, "NC|nocase")) {
    flags.ignore_case = true;
  } else if (is_one_of(name, "OR|ornext")) {
    flags.or_next = true;
  } else if (is_one_of(name, "L|last")) {
    flags.last = true;
  } else if (is_one_of(name, "PT|passthrough")) {
    flags.pass_on = true;
  } else if (is_one_of(name, "QSA|qsappend")) {
    flags.append_query = true;
  } else if (is_one_of(name, "QSD|qsdiscard")) {
    flags.drop_query = true;
  } else if (is_one_of(name, "R|redirect")) {
    flags.status = redirect_status(value);
    flags.redirect = flags.status >= 300 && flags.status < 400;
    flags.stops = !flags.redirect;
  } else if (is_one_of(name, "F|forbidden")) {
    flags.stops = true;
    flags.status = 403;
  } else if (is_one_of(name, "G|gone")) {
    flags.stops = true;
    flags.status = 410;
  } else if (!is_one_of(name, "NV|novary|UnsafeAllow3F|UnsafePrefixStat") && !name.empty()) {
    flags.unknown = flag;
  }
}

}  // namespace

RewriteFlags read_rewrite_flags(std::string_view text) {
  RewriteFlags flags;
  if (text.starts_with('[')) text.remove_prefix(1);
  if (text.ends_with(']')) text.remove_suffix(1);
  for (const std::string_view flag : split(text, ',')) read_flag(trim(flag), flags);
  return flags;
}

}  // namespace stockade::conf
