#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/skipped.h"

namespace stockade::rules::protection_in_skipped_block {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
An `<IfModule>` is skipped because the module is not loaded, and in its block stands something that
protects: a security header, a rule that forbids, a `Require`, ModSecurity's own settings.

```apache bad
#: without headers_module
<IfModule mod_headers.c>
#^
    Header always set Content-Security-Policy "default-src 'self'"
</IfModule>
```
```apache bad
#: without rewrite_module
DocumentRoot /var/www/html
<Directory /var/www/html>
    Require all granted
    <IfModule rewrite_module>
    #^
        RewriteEngine on
        RewriteRule ^backup/ - [F]
    </IfModule>
</Directory>
#: dir /var/www/html
```
What tunes the missing module itself is not missed, nor is a block that has another one for this case:
```apache good
#: without userdir_module
<IfModule mod_userdir.c>
    UserDir public_html
    <Directory /home/*/public_html>
        Require method GET POST OPTIONS
    </Directory>
</IfModule>
```
```apache good
#: without authz_host_module
<IfModule !mod_authz_host.c>
    Header set X-Note none
</IfModule>
<IfModule mod_authz_host.c>
    Require ip 192.0.2.0/24
</IfModule>
```

## Why it matters
The file says that the protection is there. The server runs without it, and no test complains:
`<IfModule>` turns a missing module from an error into silence.

## When to ignore it
Where the file is shared with machines that have the module, and this one does not need it.

## How to fix it
Load the module (`a2enmod` on Debian), and take `<IfModule>` away around what protects.
)md";

bool is_security_header(std::string_view line) {
  for (std::string_view name :
       {"Content-Security-Policy", "Strict-Transport-Security", "X-Frame-Options",
        "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Set-Cookie",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"}) {
    if (contains_ignoring_case(line, name)) return true;
  }
  return false;
}

bool forbids_by_rewriting(std::string_view line) {
  const size_t open = line.rfind('[');
  if (open == std::string_view::npos || !line.ends_with(']')) return false;
  for (std::string_view flag : split(line.substr(open + 1, line.size() - open - 2), ',')) {
    for (std::string_view name : {"F", "forbidden", "G", "gone"}) {
      if (equals_ignoring_case(trim(flag), name)) return true;
    }
  }
  return false;
}

bool restricts(std::string_view line) { return !contains_ignoring_case(line, "all granted"); }

bool refuses_by_redirect(std::string_view line) {
  const auto words = split_words(line);
  return words.size() > 1 && (words[1] == "403" || words[1] == "404" || words[1] == "410" ||
                              equals_ignoring_case(words[1], "gone"));
}

bool turns_on(std::string_view line) { return ends_with_ignoring_case(line, " on"); }

bool always(std::string_view) { return true; }

// A directive that protects, in a block that asks for the module it belongs to.
struct Protection {
  std::string_view module;
  std::string_view directive;
  bool (*protects)(std::string_view line);
};
constexpr auto kProtections = std::to_array<Protection>({
    {"headers_module", "Header", is_security_header},
    {"rewrite_module", "RewriteRule", forbids_by_rewriting},
    {"alias_module", "RedirectMatch", refuses_by_redirect},
    {"alias_module", "Redirect", refuses_by_redirect},
    {"authz_core_module", "Require", restricts},
    {"authz_host_module", "Require", restricts},
    {"allowmethods_module", "AllowMethods", always},
    {"security2_module", "SecRuleEngine", turns_on},
    {"security2_module", "SecRule", always},
});

std::string_view identifier_of(std::string_view name) {
  const conf::ModuleInfo* module = conf::find_module(name);
  if (module != nullptr) return module->identifier;
  return name == "mod_security2.c" ? "security2_module" : name;
}

std::string_view protection_in(const Condition& condition) {
  const std::string_view identifier = identifier_of(condition.name);
  for (std::string_view line : lines_inside(*condition.block)) {
    const std::string_view directive = split_words(line).front();
    const bool found = std::any_of(kProtections.begin(), kProtections.end(), [&](const auto& p) {
      return p.module == identifier && equals_ignoring_case(p.directive, directive) &&
             p.protects(line);
    });
    if (found) return line;
  }
  return {};
}

// The modules for whose absence a block of its own provides.
std::unordered_set<std::string_view> provided_for(const Snapshot& snapshot) {
  std::unordered_set<std::string_view> modules;
  for (const conf::TakenBlock& block : snapshot.config.taken) {
    const std::string_view condition = trim(block.condition);
    if (condition.starts_with('!')) modules.insert(identifier_of(trim(condition.substr(1))));
  }
  return modules;
}

void check(const Snapshot& snapshot, Reporter& report) {
  const auto provided = provided_for(snapshot);
  for (const Condition& condition : skipped_for_want(snapshot, "IfModule")) {
    const std::string_view identifier = identifier_of(condition.name);
    if (snapshot.config.has_module(identifier) || provided.contains(identifier)) continue;
    const std::string_view line = protection_in(condition);
    if (line.empty()) continue;
    report
        .find_text(condition.tag,
                   fmt::format("{} is not loaded, so this is skipped: {}", condition.name, line))
        .fix(fmt::format("load {}", identifier), FixRisk::decision);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "protection-in-skipped-block",
    .severity = Severity::medium,
    .title = "Protection is written down and skipped, for want of its module",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::protection_in_skipped_block
