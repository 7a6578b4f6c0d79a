#include "conf/effective/rewrite_line.h"

#include "base/text.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

constexpr uint32_t kMostRounds = 10'000;  // of [N], where httpd gives up

int redirect_status(std::string_view word) {
  if (word.empty() || equals_ignoring_case(word, "temp")) return 302;
  if (equals_ignoring_case(word, "permanent")) return 301;
  if (equals_ignoring_case(word, "seeother")) return 303;
  return static_cast<int>(parse_number(word).value_or(302));
}

struct Switch {
  std::string_view names;
  bool RewriteFlags::* flag;
};
constexpr Switch kSwitches[] = {
    {"NC|nocase", &RewriteFlags::ignore_case},
    {"OR|ornext", &RewriteFlags::or_next},
    {"L|last", &RewriteFlags::last},
    {"END", &RewriteFlags::end},
    {"PT|passthrough", &RewriteFlags::pass_on},
    {"P|proxy", &RewriteFlags::proxy},
    {"QSA|qsappend", &RewriteFlags::append_query},
    {"QSD|qsdiscard", &RewriteFlags::drop_query},
    {"QSL|qslast", &RewriteFlags::query_from_last},
    {"C|chain", &RewriteFlags::chained},
    {"NE|noescape", &RewriteFlags::no_escape},
    {"NS|nosubreq", &RewriteFlags::not_on_look},
    {"DPI|discardpath", &RewriteFlags::drop_path_info},
    {"UnsafePrefixStat", &RewriteFlags::any_prefix},
    {"BNP|backrefnoplus", &RewriteFlags::space_as_escape},
};

// Flags without an effect on what is found.
constexpr std::string_view kIdle = "NV|novary|CO|cookie|UnsafeAllow3F";

bool read_switch(std::string_view name, RewriteFlags& flags) {
  for (const Switch& each : kSwitches) {
    if (!is_one_of(name, each.names)) continue;
    flags.*each.flag = true;
    return true;
  }
  return false;
}

void stop_with(int status, RewriteFlags& flags) {
  flags.stops = true;
  flags.status = status;
}

void read_flag(std::string_view flag, RewriteFlags& flags) {
  const std::string_view name = flag.substr(0, flag.find('='));
  const std::string_view value =
      name.size() == flag.size() ? std::string_view() : flag.substr(name.size() + 1);
  if (name.empty() || read_switch(name, flags)) return;
  if (is_one_of(name, "R|redirect")) {
    flags.named_status = true;
    flags.status = redirect_status(value);
    flags.redirect = flags.status >= 300 && flags.status < 400;
    flags.stops = !flags.redirect;
  } else if (is_one_of(name, "F|forbidden")) {
    stop_with(403, flags);
  } else if (is_one_of(name, "G|gone")) {
    stop_with(410, flags);
  } else if (is_one_of(name, "B|escapebackreferences")) {
    flags.escape_groups = true;
    flags.escape_only = value;
  } else if (is_one_of(name, "BNE")) {
    flags.escape_groups = true;
    flags.escape_not = value;
  } else if (is_one_of(name, "N|next")) {
    const auto most = parse_number(value);
    flags.rounds =
        most && *most > 0 && *most < kMostRounds ? static_cast<uint32_t>(*most) : kMostRounds;
  } else if (is_one_of(name, "S|skip")) {
    flags.skip = static_cast<uint32_t>(parse_number(value).value_or(0));
  } else if (is_one_of(name, "E|env")) {
    flags.variables.push_back(value);
  } else if (is_one_of(name, "H|handler")) {
    flags.handler = value;
  } else if (is_one_of(name, "T|type")) {
    flags.type = value;
  } else if (!is_one_of(name, kIdle)) {
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
