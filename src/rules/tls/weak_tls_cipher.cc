#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/tls_ciphers.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::weak_tls_cipher {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`SSLCipherSuite` asks for ciphers that can be broken: RC4, DES and 3DES, RC2, IDEA, SEED, MD5, or the
classes `LOW` and `MEDIUM` that consist of them. Ciphers without encryption or without proof of who
answers need not be looked for: mod_ssl takes `NULL`, `aNULL` and `EXP` out of every string. Whether the
OpenSSL of the server still has the others, a look from outside tells.

```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite HIGH:MEDIUM:!aNULL
    #              ^~~~~~~~~~~~~~~~~~
</VirtualHost>
```
```apache fixed
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
</VirtualHost>
```
```apache bad
Listen 443
SSLCipherSuite SSL ALL:!ADH:RC4+RSA:+HIGH
#                  ^~~~~~~~~~~~~~~~~~~~~~
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
```
```apache fixed
Listen 443
SSLCipherSuite SSL ECDHE+AESGCM:ECDHE+CHACHA20
<VirtualHost *:443>
    SSLEngine on
</VirtualHost>
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite HIGH:!aNULL
</VirtualHost>
```
What is taken out with `!` stays out:
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite HIGH:MEDIUM:!MEDIUM:!LOW:!MD5:!RC4:!3DES
</VirtualHost>
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256
</VirtualHost>
```

## Why it matters
RC4 gives cookies away to who records enough of them, 3DES and IDEA after some hours of one connection
(Sweet32). A client is led to the weakest cipher that both sides have.

## When to ignore it
For machines that cannot be renewed, at an address of their own.

## How to fix it
`SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20` for TLS 1.2; the ciphers of TLS 1.3 are all good. To remove the
line is as good where OpenSSL is new: its own choice then holds.
)md";

constexpr std::array<std::string_view, 7> kBroken = {"RC4",  "3DES", "DES", "RC2",
                                                     "IDEA", "SEED", "MD5"};
constexpr std::string_view kModern = "ECDHE+AESGCM:ECDHE+CHACHA20";

// The words of the string that add ciphers, and those it forbids for good.
struct CipherString {
  std::vector<std::string_view> added;
  std::vector<std::string_view> forbidden;

  explicit CipherString(std::string_view text) {
    const std::string spaced = replace_all(replace_all(std::string(text), ":", " "), ",", " ");
    owned = spaced;
    for (std::string_view word : split_words(owned)) {
      if (word.starts_with('!')) {
        forbidden.push_back(word.substr(1));
      } else if (!word.starts_with('+') && !word.starts_with('-') && !word.starts_with('@')) {
        added.push_back(word);
      }
    }
  }
  CipherString(const CipherString&) = delete;
  CipherString& operator=(const CipherString&) = delete;

  bool forbids(std::string_view name) const {
    return std::any_of(forbidden.begin(), forbidden.end(),
                       [&](std::string_view word) { return equals_ignoring_case(word, name); });
  }
  std::string owned;
};

// "RC4+RSA" and "ECDHE-RSA-RC4-SHA" are both of RC4; in names of ciphers 3DES is DES-CBC3.
std::string_view broken_part(std::string_view word) {
  if (contains_ignoring_case(word, "DES-CBC3")) return "3DES";
  const std::string parts = replace_all(replace_all(std::string(word), "+", " "), "-", " ");
  for (std::string_view part : split_words(parts)) {
    for (std::string_view name : kBroken) {
      if (equals_ignoring_case(part, name)) return name;
    }
  }
  return {};
}

bool is_class(std::string_view word, std::string_view name) {
  return equals_ignoring_case(word, name);
}

// What the string asks for that is broken; empty if nothing.
std::string weak_part(std::string_view text) {
  const CipherString ciphers(text);
  for (std::string_view word : ciphers.added) {
    for (std::string_view name : {"LOW", "MEDIUM"}) {
      if (!is_class(word, name) || ciphers.forbids(name)) continue;
      const bool emptied = ciphers.forbids("RC4") && ciphers.forbids("3DES") &&
                           (name == "MEDIUM" || ciphers.forbids("DES"));
      if (!emptied) return std::string(name);
    }
    const std::string_view part = broken_part(word);
    if (!part.empty() && !ciphers.forbids(part) && !ciphers.forbids(word)) return std::string(part);
  }
  return "";
}

// What this program's OpenSSL makes of it, for strings that name no cipher themselves.
std::string weak_cipher(std::string_view text) {
  const auto ciphers = expand_ciphers(fmt::format("{}:!aNULL:!eNULL:!EXP", text));
  if (!ciphers) return "";
  for (const TlsCipher& cipher : *ciphers) {
    if (cipher.bits < 112 || !broken_part(cipher.name).empty()) return cipher.name;
  }
  return "";
}

void check(const Snapshot& snapshot, Reporter& report) {
  for (const Setting& setting : settings_of(tls_servers(snapshot), "SSLCipherSuite")) {
    if (setting.directive == nullptr) continue;
    const conf::Directive& d = *setting.directive;
    if (equals_ignoring_case(d.arg(0), "TLSv1.3")) continue;
    const size_t word = d.words.size() > 1 ? 1 : 0;
    std::string weak = weak_part(d.arg(word));
    if (weak.empty()) weak = weak_cipher(d.arg(word));
    if (weak.empty()) continue;
    report.find(d, word, fmt::format("{} asks for {}", names_of(setting.servers), weak))
        .fix("allow modern ciphers only", FixRisk::careful,
             "clients without AES-GCM or ChaCha20, ten years old and more")
        .replace_word(d, word, std::string(kModern));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "weak-tls-cipher",
    .severity = Severity::medium,
    .certainty = Certainty::outside,
    .title = "A TLS server asks for ciphers that can be broken",
    .references = {"CIS 7.5", "CIS 7.8", "STIG AS24-U1-000900", "CVE-2016-2183", "CWE-327"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::weak_tls_cipher
