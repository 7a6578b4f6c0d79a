#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/skipped.h"

namespace stockade::rules::conditional_never_true {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
An `<IfModule>` asks for a name that no module has, so its block is skipped whatever is loaded. httpd
knows a module by its identifier (`headers_module`) and by its source file (`mod_headers.c`), letter
for letter.

```apache bad
<IfModule mod_headers>
#         ^
    Header always set X-Content-Type-Options nosniff
</IfModule>
```
```apache fixed
<IfModule mod_headers.c>
    Header always set X-Content-Type-Options nosniff
</IfModule>
```
```apache bad
<IfModule rewrite>
#         ^
    RewriteEngine on
    RewriteRule ^/private - [F]
</IfModule>
<IfModule mod_reqtimout.c>
#         ^
    RequestReadTimeout header=10
</IfModule>
```
```apache fixed
<IfModule rewrite_module>
    RewriteEngine on
    RewriteRule ^/private - [F]
</IfModule>
<IfModule mod_reqtimeout.c>
    RequestReadTimeout header=10
</IfModule>
```
```apache good
<IfModule mod_headers.c>
    Header always set X-Content-Type-Options nosniff
</IfModule>
<IfModule headers_module>
    Header always set Referrer-Policy same-origin
</IfModule>
```
A module of others that is not loaded is no mistake:
```apache good
<IfModule mod_gnutls.c>
    Listen 443
</IfModule>
<IfModule mod_php7.c>
    AddType application/x-php .php
</IfModule>
```

## Why it matters
The block is dead and the configuration test calls it fine. Headers, redirects and blocks that
everybody believes in have never been in force.

## When to ignore it
Where a module of your own really has that name.

## How to fix it
Correct the name. Better still: leave `<IfModule>` away around anything that protects; then httpd
refuses to start when the module is missing, instead of starting without the protection.
)md";

// Modules of others, and of httpd's past, whose names are near to ones of today.
constexpr auto kOthers = std::to_array<std::string_view>({"access",
                                                          "auth",
                                                          "auth_dbm",
                                                          "auth_mysql",
                                                          "auth_pgsql",
                                                          "auth_kerb",
                                                          "authn_alias",
                                                          "authn_default",
                                                          "authz_default",
                                                          "authz_svn",
                                                          "bw",
                                                          "cband",
                                                          "dav_svn",
                                                          "disk_cache",
                                                          "mem_cache",
                                                          "evasive",
                                                          "evasive20",
                                                          "fastcgi",
                                                          "fcgid",
                                                          "geoip",
                                                          "gnutls",
                                                          "imap",
                                                          "jk",
                                                          "log_agent",
                                                          "log_config2",
                                                          "mono",
                                                          "nss",
                                                          "passenger",
                                                          "perl",
                                                          "php",
                                                          "php3",
                                                          "php4",
                                                          "php5",
                                                          "php7",
                                                          "php8",
                                                          "proxy_fcgid",
                                                          "proxy_wstunnel2",
                                                          "python",
                                                          "qos",
                                                          "rpaf",
                                                          "ruid2",
                                                          "security",
                                                          "security2",
                                                          "security3",
                                                          "shib",
                                                          "suphp",
                                                          "throttle",
                                                          "vhost_dbd",
                                                          "vhost_ldap",
                                                          "vhost_hash_alias",
                                                          "wsgi",
                                                          "xsendfile",
                                                          "itk",
                                                          "mpm_itk"});

constexpr size_t kShortestGuess = 5;  // a slip in a shorter name says too little

// "mod_headers.c", "headers_module", "Headers" -> "headers".
std::string stem_of(std::string_view name) {
  if (starts_with_ignoring_case(name, "mod_")) name.remove_prefix(4);
  for (std::string_view end : {".c", ".cpp", ".so", "_module"}) {
    if (ends_with_ignoring_case(name, end)) name.remove_suffix(end.size());
  }
  return lower(name);
}

const conf::ModuleInfo* module_of_stem(std::string_view stem) {
  for (const conf::ModuleInfo& module : conf::all_modules()) {
    if (stem_of(module.identifier) == stem || stem_of(module.source_file) == stem) return &module;
  }
  return nullptr;
}

// The module that somebody meant, or null.
const conf::ModuleInfo* meant_by(std::string_view name) {
  const std::string stem = stem_of(name);
  if (std::find(kOthers.begin(), kOthers.end(), stem) != kOthers.end()) return nullptr;
  if (const conf::ModuleInfo* module = module_of_stem(stem)) return module;
  if (stem.size() < kShortestGuess) return nullptr;
  std::vector<std::string> stems;
  for (const conf::ModuleInfo& module : conf::all_modules()) {
    stems.push_back(stem_of(module.identifier));
  }
  const auto near = nearest(stem, {stems.begin(), stems.end()});
  return near ? module_of_stem(*near) : nullptr;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Condition& condition : skipped_for_want(snapshot, "IfModule")) {
    if (conf::find_module(condition.name) != nullptr) continue;
    const conf::ModuleInfo* meant = meant_by(condition.name);
    if (meant == nullptr || condition.word.length == 0) continue;
    const bool as_file = starts_with_ignoring_case(condition.name, "mod_");
    const std::string_view right = as_file ? meant->source_file : meant->identifier;
    report
        .find_text(condition.word,
                   fmt::format("no module has the name {}; {} is meant", condition.name, right))
        .fix(fmt::format("ask for {}", right), FixRisk::careful,
             "the block comes into force for the first time")
        .replace_text(condition.word, std::string(right));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "conditional-never-true",
    .severity = Severity::medium,
    .title = "A block waits for a module under a name that no module has",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::conditional_never_true
