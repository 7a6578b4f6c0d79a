// mod_rewrite and mod_setenvif.
#include <optional>

#include "conf/checks/own_checks.h"
#include "conf/checks/patterns.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

// Flags that take "=value" or nothing; httpd looks at the name before '=' alone.
constexpr std::string_view kRuleFlags =
    "B|BNP|backrefnoplus|BNE|BCTLS|C|chain|CO|cookie|DPI|discardpath|E|env|END|F|forbidden|G|gone|"
    "H|handler|L|last|N|next|NC|nocase|NE|noescape|NS|nosubreq|P|proxy|PT|passthrough|QSA|qsappend|"
    "QSD|qsdiscard|QSL|qslast|R|redirect|S|skip|T|type|UnsafeAllow3F|UnsafePrefixStat|UNC|"
    "UnsafePrefixStatFile";
constexpr std::string_view kConditionFlags = "NC|nocase|OR|ornext|NV|novary";

std::string check_redirect_code(std::string_view value) {
  if (value.empty() || is_one_of(value, "permanent|temp|seeother")) return "";
  const auto code = parse_number(value);
  if (code && is_known_status(*code)) return "";
  return "RewriteRule: invalid HTTP response code '" + std::string(value) + "' for flag 'R'";
}

std::string check_flags(const std::string& name, std::string_view text, std::string_view known) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
    return name + ": bad flag delimiters";
  }
  for (const std::string_view part : split(text.substr(1, text.size() - 2), ',')) {
    const std::string_view flag = trim(part);
    const std::string_view key = flag.substr(0, flag.find('='));
    if (!is_one_of(key, known)) return name + ": unknown flag '" + std::string(key) + "'";
    if (!is_one_of(key, "R|redirect") || known == kConditionFlags) continue;
    const size_t equals = flag.find('=');
    const std::string problem =
        equals == std::string_view::npos ? "" : check_redirect_code(flag.substr(equals + 1));
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string check_regex(const std::string& name, std::string_view pattern) {
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  if (compiles(pattern)) return "";
  return name + ": cannot compile regular expression '" + std::string(pattern) + "'";
}

// mod_rewrite cuts its line itself: a quote ends at the next one, a backslash saves a blank only,
// and what stands behind the third word is dropped.
struct RewriteWords {
  bool valid = false;
  std::string_view first, second;
  std::optional<std::string_view> third;
};

std::string_view take_word(std::string_view& rest) {
  const char quote = rest.starts_with('"') || rest.starts_with('\'') ? rest.front() : '\0';
  if (quote != '\0') rest.remove_prefix(1);
  size_t end = 0;
  for (; end < rest.size(); ++end) {
    if (quote == '\0' ? is_blank(rest[end]) : rest[end] == quote) break;
    if (rest[end] == '\\' && end + 1 < rest.size() && is_blank(rest[end + 1])) ++end;
  }
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

bool go_on(std::string_view& rest) {
  if (rest.empty()) return false;
  rest = rest.substr(1);
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  return true;
}

RewriteWords rewrite_words(std::string_view args) {
  std::string_view rest = trim(args);
  RewriteWords words;
  words.first = take_word(rest);
  words.valid = go_on(rest);
  if (!words.valid) return words;
  words.second = take_word(rest);
  if (go_on(rest) && !rest.empty()) words.third = take_word(rest);
  return words;
}

std::string check_words(const CheckInput& input, const RewriteWords& words,
                        std::string_view flags) {
  const std::string name(input.name());
  if (!words.valid) {
    return name + ": bad argument line '" + std::string(trim(input.directive.args)) + "'";
  }
  return words.third ? check_flags(name, *words.third, flags) : "";
}

std::string check_rewrite_rule(const CheckInput& input) {
  const RewriteWords words = rewrite_words(input.directive.args);
  std::string problem = check_words(input, words, kRuleFlags);
  if (!problem.empty()) return problem;
  return check_regex(std::string(input.name()), words.first);
}

// -f, -eq5, =text, <text: not a regular expression.
bool is_plain_test(std::string_view pattern) {
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  if (pattern.empty()) return true;
  if (pattern[0] == '<' || pattern[0] == '>' || pattern[0] == '=') return true;
  if (pattern[0] != '-') return false;
  if (pattern.size() == 2) {
    return std::string_view("fsldxhLFU").find(pattern[1]) != std::string_view::npos;
  }
  for (const std::string_view number : {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"}) {
    if (starts_with_ignoring_case(pattern, number)) return true;
  }
  return false;
}

std::string check_rewrite_condition(const CheckInput& input) {
  const RewriteWords words = rewrite_words(input.directive.args);
  std::string problem = check_words(input, words, kConditionFlags);
  if (!problem.empty()) return problem;
  if (equals_ignoring_case(words.first, "expr") || is_plain_test(words.second)) return "";
  return check_regex(std::string(input.name()), words.second);
}

std::string check_rewrite_options(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    if (starts_with_ignoring_case(word.text, "MaxRedirects=")) continue;
    if (!is_one_of(word.text,
                   "Inherit|InheritBefore|InheritDown|InheritDownBefore|IgnoreInherit|AllowNoSlash|"
                   "AllowAnyURI|MergeBase|IgnoreContextInfo|LegacyPrefixDocRoot|"
                   "LongURLOptimization|UnsafePrefixStat")) {
      return "RewriteOptions: unknown option '" + std::string(word.text) + "'";
    }
  }
  return "";
}

std::string check_rewrite_map(const CheckInput& input) {
  constexpr std::string_view kInternal = "int:";
  const std::string_view source = input.directive.arg(1);
  if (!source.starts_with(kInternal)) return "";
  const std::string_view function = source.substr(kInternal.size());
  if (is_one_of(function, "tolower|toupper|escape|unescape")) return "";
  return "RewriteMap: internal map not found:" + std::string(function);
}

std::string check_rewrite_base(const CheckInput& input) {
  const bool in_directory = (sections_around(input.directive) & ~kInVirtualHost) != 0;
  if (!in_directory) return "RewriteBase: only valid in per-directory config files";
  return input.directive.arg(0).starts_with('/') ? "" : "RewriteBase: argument is not a valid URL";
}

std::string check_set_env_if(const CheckInput& input) {
  const Directive& d = input.directive;
  const std::string name(input.name());
  if (d.words.empty()) return "Missing header-field name for " + name;
  if (d.words.size() < 2) return "Missing regular expression for " + name;
  if (!compiles(d.arg(1))) return name + " regex could not be compiled.";
  return d.words.size() < 3 ? "Missing envariable expression for " + name : "";
}

std::string check_browser_match(const CheckInput& input) {
  const Directive& d = input.directive;
  const std::string name(input.name());
  if (d.words.empty()) return "Missing regular expression for " + name;
  if (!compiles(d.arg(0))) return name + " regex could not be compiled.";
  return d.words.size() < 2 ? "Missing envariable expression for " + name : "";
}

constexpr OwnCheck kRewriteChecks[] = {
    {"RewriteRule", check_rewrite_rule},         {"RewriteCond", check_rewrite_condition},
    {"RewriteOptions", check_rewrite_options},   {"RewriteMap", check_rewrite_map},
    {"RewriteBase", check_rewrite_base},         {"SetEnvIf", check_set_env_if},
    {"SetEnvIfNoCase", check_set_env_if},        {"BrowserMatch", check_browser_match},
    {"BrowserMatchNoCase", check_browser_match},
};

}  // namespace

std::span<const OwnCheck> rewrite_checks() { return kRewriteChecks; }

}  // namespace stockade::conf
