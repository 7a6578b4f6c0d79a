// mod_rewrite and mod_setenvif.
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

// httpd reads exactly three words and takes whatever stands behind them as part of the third.
std::string check_rewrite_rule(const CheckInput& input) {
  const Directive& d = input.directive;
  const std::string name(input.name());
  if (d.words.size() < 2) {
    return name + ": bad argument line '" + std::string(trim(d.args)) + "'";
  }
  if (d.words.size() > 3) return name + ": bad flag delimiters";
  if (d.words.size() == 3) {
    const std::string problem = check_flags(name, d.arg(2), kRuleFlags);
    if (!problem.empty()) return problem;
  }
  return check_regex(name, d.arg(0));
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
  const Directive& d = input.directive;
  const std::string name(input.name());
  if (d.words.size() < 2) {
    return name + ": bad argument line '" + std::string(trim(d.args)) + "'";
  }
  if (d.words.size() > 3) return name + ": bad flag delimiters";
  if (d.words.size() == 3) {
    const std::string problem = check_flags(name, d.arg(2), kConditionFlags);
    if (!problem.empty()) return problem;
  }
  if (equals_ignoring_case(d.arg(0), "expr") || is_plain_test(d.arg(1))) return "";
  return check_regex(name, d.arg(1));
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

constexpr OwnCheck kChecks[] = {
    {"RewriteRule", check_rewrite_rule},         {"RewriteCond", check_rewrite_condition},
    {"RewriteOptions", check_rewrite_options},   {"RewriteMap", check_rewrite_map},
    {"RewriteBase", check_rewrite_base},         {"SetEnvIf", check_set_env_if},
    {"SetEnvIfNoCase", check_set_env_if},        {"BrowserMatch", check_browser_match},
    {"BrowserMatchNoCase", check_browser_match},
};

}  // namespace

std::span<const OwnCheck> rewrite_checks() { return kChecks; }

}  // namespace stockade::conf
