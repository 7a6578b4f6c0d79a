// mod_authz_core, mod_authz_host, mod_access_compat, mod_auth_basic and mod_auth_digest.
#include "conf/checks/own_checks.h"
#include "conf/checks/subnet.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kProviders =
    "all|env|method|expr|ip|host|forward-dns|local|user|valid-user|group|file-owner|file-group|"
    "dbm-group|dbm-file-group|dbd-group|dbd-login|dbd-logout|ldap-user|ldap-group|ldap-dn|"
    "ldap-attribute|ldap-filter|ldap-search|fcgi";

bool has_strangers(const Config& config) {
  for (const LoadedModule& module : config.modules) {
    if (find_module(module.identifier) == nullptr) return true;
  }
  return false;
}

std::string check_require_method(const Directive& d, size_t at) {
  for (size_t i = at; i < d.words.size(); ++i) {
    if (!is_known_method(d.arg(i))) return "Invalid Method '" + std::string(d.arg(i)) + "'";
  }
  return "";
}

std::string check_require_ip(const Directive& d, size_t at) {
  if (d.words.size() <= at) return "'require ip' requires an argument";
  for (size_t i = at; i < d.words.size(); ++i) {
    const std::string problem = check_subnet(d.arg(i));
    if (!problem.empty()) {
      return "ip address '" + std::string(d.arg(i)) + "' appears to be invalid: " + problem;
    }
  }
  return "";
}

std::string check_require(const CheckInput& input) {
  const Directive& d = input.directive;
  const bool negated = equals_ignoring_case(d.arg(0), "not");
  if (negated && (d.parent == nullptr || !d.parent->is("RequireAll"))) {
    const bool none = d.parent != nullptr && d.parent->is("RequireNone");
    return std::string("negative Require directive has no effect in <") +
           (none ? "RequireNone" : "RequireAny") + "> directive";
  }
  const size_t at = negated ? 1 : 0;
  const std::string_view provider = d.arg(at);
  if (!is_one_of(provider, kProviders)) {
    // A module of others, or <AuthzProviderAlias>, may have brought it.
    const bool may_exist =
        !provider.empty() &&
        (has_strangers(input.config) || !input.config.all_sections("AuthzProviderAlias").empty());
    return may_exist ? "" : "Unknown Authz provider: " + std::string(provider);
  }
  if (provider == "all" &&
      (d.words.size() != at + 2 || !is_one_of(d.arg(at + 1), "granted|denied"))) {
    return "Argument for 'Require all' must be 'granted' or 'denied'";
  }
  if (provider == "ip") return check_require_ip(d, at + 1);
  if (provider == "method") return check_require_method(d, at + 1);
  return "";
}

std::string check_order(const CheckInput& input) {
  if (is_one_of(input.directive.arg(0), "allow,deny|deny,allow|mutual-failure")) return "";
  return "unknown order";
}

std::string check_allow(const CheckInput& input) {
  const Directive& d = input.directive;
  if (!equals_ignoring_case(d.arg(0), "from")) {
    return "allow and deny must be followed by 'from'";
  }
  for (size_t i = 1; i < d.words.size(); ++i) {
    const std::string_view text = d.arg(i);
    if (starts_with_ignoring_case(text, "env=") || equals_ignoring_case(text, "all")) continue;
    const bool has_mask = text.find('/') != std::string_view::npos;
    const bool is_number = text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (has_mask || is_number) {
      const std::string problem = check_subnet(text);
      if (!problem.empty()) return problem;
    }
  }
  return "";
}

std::string check_provider(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    if (is_one_of(word.text, "file|dbm|dbd|ldap|anon|socache|fcgi")) continue;
    const bool may_exist =
        has_strangers(input.config) || !input.config.all_sections("AuthnProviderAlias").empty();
    if (!may_exist) return "Unknown Authn provider: " + std::string(word.text);
  }
  return "";
}

constexpr OwnCheck kAccessChecks[] = {
    {"Require", check_require},
    {"Order", check_order},
    {"Allow", check_allow},
    {"Deny", check_allow},
    {"AuthBasicProvider", check_provider},
    {"AuthDigestProvider", check_provider},
    {"AuthFormProvider", check_provider},
};

}  // namespace

std::span<const OwnCheck> access_checks() { return kAccessChecks; }

}  // namespace stockade::conf
