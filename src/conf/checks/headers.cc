// mod_headers, mod_log_config, mod_expires, mod_autoindex, mod_negotiation, mod_actions.
#include "conf/checks/own_checks.h"
#include "conf/checks/patterns.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

// "%{NAME}e", "%t", "%%": the letter of each item must be known.
std::string check_value_format(std::string_view value) {
  for (size_t at = 0; at < value.size(); ++at) {
    if (value[at] != '%') continue;
    ++at;
    if (at >= value.size() || value[at] == '%') continue;
    if (value[at] == '{') {
      const size_t end = value.find('}', at);
      if (end == std::string_view::npos) return "Unrecognized header format %";
      at = end + 1;
    }
    const char letter = at < value.size() ? value[at] : '\0';
    if (std::string_view("Dtlibes").find(letter) == std::string_view::npos || letter == '\0') {
      return std::string("Unrecognized header format %") +
             (letter == '\0' ? "" : std::string(1, letter));
    }
  }
  return "";
}

bool is_condition(std::string_view word) {
  return equals_ignoring_case(word, "early") || starts_with_ignoring_case(word, "env=") ||
         starts_with_ignoring_case(word, "expr=");
}

struct HeaderWords {
  std::string_view action;
  size_t name = 0;  // index of the header's name
  size_t values = 0;
};

std::string check_header_words(const CheckInput& input, const HeaderWords& words) {
  const Directive& d = input.directive;
  const size_t first = words.name + 1;
  const size_t needed = first + words.values;
  if (is_one_of(words.action, "edit|edit*")) {
    if (d.words.size() < needed) return "Header edit requires a match and a substitution";
    if (!compiles(d.arg(first))) return "Header edit regex could not be compiled";
  } else if (d.words.size() < needed) {
    return std::string(input.name()) + " requires three arguments";
  }
  if (words.values == 1 && !starts_with_ignoring_case(d.arg(first), "expr=")) {
    const std::string problem = check_value_format(d.arg(first));
    if (!problem.empty()) return problem;
  }
  for (size_t i = needed; i < d.words.size(); ++i) {
    if (!is_condition(d.arg(i))) return "Unknown parameter: " + std::string(d.arg(i));
  }
  return "";
}

std::string check_header(const CheckInput& input) {
  const Directive& d = input.directive;
  const bool response = d.is("Header");
  const size_t at = response && is_one_of(d.arg(0), "always|onsuccess") ? 1 : 0;
  const std::string_view action = d.arg(at);
  if (!is_one_of(action, "add|set|setifempty|append|merge|unset|echo|note|edit|edit*")) {
    return "first argument must be 'add', 'set', 'setifempty', 'append', 'merge', 'unset', "
           "'echo', 'note', 'edit', or 'edit*'.";
  }
  if (!response && is_one_of(action, "echo|note")) {
    return "Header " + std::string(action) + " only valid on Header directives";
  }
  if (d.words.size() <= at + 1) return std::string(input.name()) + " requires three arguments";
  if (equals_ignoring_case(action, "echo") && !compiles(d.arg(at + 1))) {
    return "Header echo regex could not be compiled";
  }
  const bool bare = is_one_of(action, "unset|echo");
  const bool edits = is_one_of(action, "edit|edit*");
  return check_header_words(input, {action, at + 1,
                                    bare    ? size_t{0}
                                    : edits ? size_t{2}
                                            : size_t{1}});
}

// Items of LogFormat: "%>s", "%!200,304{Referer}i", "%{%Y}t", "%^FB".
std::string check_log_format(std::string_view format) {
  for (size_t at = 0; at < format.size(); ++at) {
    if (format[at] == '\\') {
      ++at;
      continue;
    }
    if (format[at] != '%') continue;
    ++at;
    while (at < format.size()) {
      const char c = format[at];
      if (c == '{') {
        const size_t end = format.find('}', at);
        if (end == std::string_view::npos) {
          return "Ran off end of LogFormat parsing args to some directive";
        }
        at = end + 1;
      } else if (is_digit(c) || c == ',' || c == '!' || c == '<' || c == '>') {
        ++at;
      } else {
        break;
      }
    }
    if (at >= format.size()) return "Ran off end of LogFormat parsing args to some directive";
    if (format[at] == '^') {
      at += 2;
      continue;
    }
    if (std::string_view("%aABbCDefhHiIklLmMnoOpPqrRsStTuUvVXcxE").find(format[at]) ==
        std::string_view::npos) {
      return std::string("Unrecognized LogFormat directive %") + format[at];
    }
  }
  return "";
}

std::string check_custom_log(const CheckInput& input) {
  const Directive& d = input.directive;
  const std::string_view format = d.arg(1);
  if (d.words.size() == 3 && !starts_with_ignoring_case(d.arg(2), "env=") &&
      !starts_with_ignoring_case(d.arg(2), "expr=")) {
    return "error in condition clause";
  }
  return format.find('%') == std::string_view::npos ? "" : check_log_format(format);
}

std::string check_log_format_directive(const CheckInput& input) {
  return check_log_format(input.directive.arg(0));
}

std::string check_expires(const CheckInput& input) {
  const Directive& d = input.directive;
  const bool by_type = d.is("ExpiresByType");
  const std::string_view type = d.arg(0);
  if (by_type && (type.find('/') == std::string_view::npos)) {
    return "Invalid mimetype: should contain a slash";
  }
  const std::string_view code = d.arg(by_type ? 1 : 0);
  const std::string shown = "'" + std::string(input.name()) + "': bad expires code, unrecognised ";
  if (!code.empty() && (code[0] == 'A' || code[0] == 'M') && code.size() > 1 && is_digit(code[1])) {
    return "";
  }
  const auto words = split_words(code);
  if (words.empty() || !is_one_of(words[0], "now|none|access|modification"))
    return shown + "<base>";
  size_t at = 1;
  if (at < words.size() && equals_ignoring_case(words[at], "plus")) ++at;
  for (; at + 1 < words.size(); at += 2) {
    if (!is_digit(words[at][0])) return shown + "numeric value expected";
    if (!is_one_of(words[at + 1],
                   "years|year|months|month|weeks|week|days|day|hours|hour|minutes|"
                   "minute|seconds|second")) {
      return shown + "<type>'" + std::string(words[at + 1]) + "'";
    }
  }
  return at < words.size() ? shown + "missing <type>" : "";
}

std::string check_index_options(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    std::string_view text = word.text;
    const bool minus = text.starts_with('-');
    if (minus || text.starts_with('+')) text.remove_prefix(1);
    const std::string_view key = text.substr(0, text.find('='));
    const bool has_value = key.size() != text.size();
    if (has_value &&
        is_one_of(key, "IconHeight|IconWidth|NameWidth|DescriptionWidth|Type|Charset")) {
      if (minus && !is_one_of(key, "Type|Charset")) {
        return "Cannot combine '-' with " + std::string(key) + "=n";
      }
      continue;
    }
    if (!is_one_of(text,
                   "FancyIndexing|FoldersFirst|HTMLTable|IconsAreLinks|IconHeight|IconWidth|"
                   "IgnoreCase|IgnoreClient|NameWidth|DescriptionWidth|ScanHTMLTitles|"
                   "ShowForbidden|SuppressColumnSorting|SuppressDescription|"
                   "SuppressHTMLPreamble|SuppressIcon|SuppressLastModified|SuppressRules|"
                   "SuppressSize|TrackModified|VersionSort|XHTML|UseOldDateFormat|AddAltClass|"
                   "None")) {
      return "Invalid directory indexing option";
    }
  }
  return "";
}

std::string check_index_order(const CheckInput& input) {
  if (!is_one_of(input.directive.arg(0), "Ascending|Descending")) {
    return "First keyword must be 'Ascending' or 'Descending'";
  }
  if (!is_one_of(input.directive.arg(1), "Name|Date|Size|Description")) {
    return "Second keyword must be 'Name', 'Date', 'Size', or 'Description'";
  }
  return "";
}

std::string check_multiviews_match(const CheckInput& input) {
  const Directive& d = input.directive;
  for (const Word& word : d.words) {
    if (!is_one_of(word.text, "Any|NegotiatedOnly|Filters|Handlers")) {
      return "Unrecognized option '" + std::string(word.text) + "'";
    }
  }
  const bool whole = d.has_arg("Any") || d.has_arg("NegotiatedOnly");
  if (whole && (d.has_arg("Handlers") || d.has_arg("Filters"))) {
    return "Handlers is incompatible with Any and NegotiatedOnly";
  }
  return "";
}

std::string check_action(const CheckInput& input) {
  const Directive& d = input.directive;
  if (d.words.size() < 3 || equals_ignoring_case(d.arg(2), "virtual")) return "";
  return "unrecognized option '" + std::string(d.arg(2)) + "'";
}

constexpr OwnCheck kHeadersChecks[] = {
    {"Header", check_header},
    {"RequestHeader", check_header},
    {"CustomLog", check_custom_log},
    {"GlobalLog", check_custom_log},
    {"LogFormat", check_log_format_directive},
    {"ExpiresDefault", check_expires},
    {"ExpiresByType", check_expires},
    {"IndexOptions", check_index_options},
    {"IndexOrderDefault", check_index_order},
    {"MultiviewsMatch", check_multiviews_match},
    {"Action", check_action},
};

}  // namespace

std::span<const OwnCheck> header_checks() { return kHeadersChecks; }

}  // namespace stockade::conf
