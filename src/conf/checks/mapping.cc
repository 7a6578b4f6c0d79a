// mod_alias, mod_proxy, mod_userdir, mod_vhost_alias, mod_remoteip.
#include "conf/checks/own_checks.h"
#include "conf/checks/patterns.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

bool in_location(const CheckInput& input) {
  return (sections_around(input.directive) & ~kInVirtualHost) != 0;
}

bool is_url(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  for (const char c : text.substr(0, colon)) {
    const bool is_letter = to_lower(c) >= 'a' && to_lower(c) <= 'z';
    if (!is_letter && !is_digit(c) && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

// The status a Redirect names: -1 where the word is none.
int64_t redirect_status(std::string_view word) {
  if (equals_ignoring_case(word, "permanent")) return 301;
  if (equals_ignoring_case(word, "temp")) return 302;
  if (equals_ignoring_case(word, "seeother")) return 303;
  if (equals_ignoring_case(word, "gone")) return 410;
  if (!word.empty() && is_digit(word[0])) return parse_number(word).value_or(-1);
  return -1;
}

std::string check_redirect(const CheckInput& input) {
  const Directive& d = input.directive;
  const bool is_match = d.is("RedirectMatch");
  size_t at = 0;
  int64_t status = 302;
  const bool named = d.is("Redirect") || is_match;
  if (named && redirect_status(d.arg(0)) >= 0) {
    status = redirect_status(d.arg(0));
    at = 1;
  } else if (named && d.words.size() == 3) {
    return "Redirect: invalid first argument (of three)";
  }
  if (in_location(input)) return "";
  // "RedirectTemp 1 1": a number counts as a status, and what comes of it is not looked at.
  if (!named && !d.arg(0).empty() && is_digit(d.arg(0)[0])) return "";
  const std::string_view source = d.arg(at);
  const std::string_view target = d.arg(at + 1);
  if (is_match && !compiles(source)) return "Regular expression could not be compiled.";
  const bool redirects = status >= 300 && status < 400;
  if (!redirects) return target.empty() ? "" : "Redirect URL not valid for this status";
  if (target.empty()) return "URL to redirect to is missing";
  if (!is_match && !is_url(target) && !target.starts_with('/')) return "Redirect to non-URL";
  return "";
}

std::string check_alias(const CheckInput& input) {
  const Directive& d = input.directive;
  if (in_location(input)) {
    return d.words.size() > 1 ? "Alias cannot occur within directory context" : "";
  }
  return d.words.size() < 2 ? "Alias must have two arguments when used globally" : "";
}

std::string check_alias_match(const CheckInput& input) {
  return compiles(input.directive.arg(0)) ? "" : "Regular expression could not be compiled.";
}

std::string check_proxy_pass(const CheckInput& input) {
  const Directive& d = input.directive;
  size_t at = in_location(input) ? 0 : 1;
  // "interpolate", "nocanon" and "key=value" are parameters; what is left is path and URL.
  std::vector<std::string_view> plain;
  for (const Word& word : d.words) {
    if (is_one_of(word.text, "nocanon|interpolate|noquery")) continue;
    if (plain.size() > at) {
      if (word.text.find('=') == std::string_view::npos) {
        return "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form "
               "'key=value'.";
      }
      continue;
    }
    plain.push_back(word.text);
  }
  if (in_location(input) && d.words.size() > 1 && d.arg(0).starts_with('/')) {
    return "ProxyPass|ProxyPassMatch can not have a path when defined in a location.";
  }
  if (plain.size() <= at) {
    return at == 1 ? "ProxyPass|ProxyPassMatch needs a path when not defined in a location" : "";
  }
  if (d.is("ProxyPassMatch") && at == 1 && !compiles(plain[0])) {
    return "Regular expression could not be compiled.";
  }
  const std::string_view target = plain[at];
  const bool is_dynamic = target.find('$') != std::string_view::npos;
  if (target != "!" && !is_dynamic && !is_url(target)) {
    return "ProxyPass URL must be absolute!: " + std::string(target);
  }
  return "";
}

std::string check_proxy_pass_reverse(const CheckInput& input) {
  const Directive& d = input.directive;
  size_t words = d.words.size();
  if (words > 0 && equals_ignoring_case(d.arg(words - 1), "interpolate")) --words;
  if (in_location(input)) {
    return words > 1 ? "ProxyPassReverse can not have a path when defined in a location" : "";
  }
  return words < 2 ? "ProxyPassReverse needs a path when not defined in a location" : "";
}

std::string check_proxy_error_override(const CheckInput& input) {
  const Directive& d = input.directive;
  if (!is_one_of(d.arg(0), "on|off")) {
    return "ProxyErrorOverride first parameter must be one of: off | on";
  }
  for (size_t i = 1; i < d.words.size(); ++i) {
    const auto code = parse_number(d.arg(i));
    if (!code || *code < 400 || *code >= 600) {
      return "ProxyErrorOverride: status codes to intercept must be valid HTTP Status Codes >=400 "
             "&& <600";
    }
  }
  return "";
}

std::string check_connect_ports(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    for (const std::string_view port : split(word.text, '-')) {
      if (!parse_number(port)) return "AllowCONNECT: port numbers must be numeric";
    }
  }
  return "";
}

std::string check_balancer_member(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    if (is_url(word.text)) return "";
  }
  return "BalancerMember must define remote proxy server";
}

std::string check_cache_enable(const CheckInput& input) {
  const Directive& d = input.directive;
  if (d.words.size() > 1 || in_location(input)) return "";
  return "CacheEnable provider (" + std::string(d.arg(0)) + ") is missing an URL.";
}

std::string check_user_dir(const CheckInput& input) {
  return input.directive.words.empty() ? "UserDir requires an argument." : "";
}

std::string check_virtual_root(const CheckInput& input) {
  const std::string_view format = input.directive.arg(0);
  if (equals_ignoring_case(format, "none")) return "";
  if (!format.starts_with('/')) return "format string must be an absolute path, or 'none'";
  for (size_t at = format.find('%'); at != std::string_view::npos; at = format.find('%', at + 2)) {
    const char next = at + 1 < format.size() ? format[at + 1] : '\0';
    if (next != '%' && next != 'p' && next != '-' && !is_digit(next)) {
      return "syntax error in format string";
    }
  }
  return "";
}

constexpr OwnCheck kMappingChecks[] = {
    {"Redirect", check_redirect},
    {"RedirectMatch", check_redirect},
    {"RedirectTemp", check_redirect},
    {"RedirectPermanent", check_redirect},
    {"CacheEnable", check_cache_enable},
    {"Alias", check_alias},
    {"ScriptAlias", check_alias},
    {"AliasMatch", check_alias_match},
    {"ScriptAliasMatch", check_alias_match},
    {"ProxyPass", check_proxy_pass},
    {"ProxyPassMatch", check_proxy_pass},
    {"ProxyPassReverse", check_proxy_pass_reverse},
    {"ProxyErrorOverride", check_proxy_error_override},
    {"AllowCONNECT", check_connect_ports},
    {"BalancerMember", check_balancer_member},
    {"UserDir", check_user_dir},
    {"VirtualDocumentRoot", check_virtual_root},
    {"VirtualScriptAlias", check_virtual_root},
};

}  // namespace

std::span<const OwnCheck> mapping_checks() { return kMappingChecks; }

}  // namespace stockade::conf
