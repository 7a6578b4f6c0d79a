#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/tls_ciphers.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"
#include "rules/support/tls.h"
#include "rules/support/tls_servers.h"

namespace stockade::rules::static_key_exchange_allowed {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
Some cipher that `SSLCipherSuite` allows for TLS 1.2 exchanges keys by the server's RSA key; a client that
prefers it gets it. Debian's own string does. Modern clients never choose these, so it is a matter for a
strict run. The string is read by the OpenSSL that Stockade runs with.

```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite HIGH:!aNULL
    #              ^~~~~~~~~~~
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
SSLCipherSuite AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256
#              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
<VirtualHost *:443>
    ServerName a.example
    SSLEngine on
</VirtualHost>
<VirtualHost *:443>
    ServerName b.example
    SSLEngine on
</VirtualHost>
```
```apache fixed
Listen 443
SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
<VirtualHost *:443>
    ServerName a.example
    SSLEngine on
</VirtualHost>
<VirtualHost *:443>
    ServerName b.example
    SSLEngine on
</VirtualHost>
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite HIGH:!aNULL:!kRSA
</VirtualHost>
```
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
</VirtualHost>
```
A server of TLS 1.3 alone always has it:
```apache good
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLProtocol -all +TLSv1.3
    SSLCipherSuite HIGH:!aNULL
</VirtualHost>
```

## Why it matters
Who records today's connections and gets the server's key next year, by theft or by court order, reads
them all. With keys made for each connection there is nothing to get.

## When to ignore it
Where old programs must still connect: they are the ones that use these ciphers.

## How to fix it
`SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`. Every client since 2014 can do that.
)md";

constexpr std::string_view kModern = "ECDHE+AESGCM:ECDHE+CHACHA20";

void check(const Snapshot& snapshot, Reporter& report) {
  std::vector<const conf::Server*> servers = tls_servers(snapshot);
  std::erase_if(servers, [](const conf::Server* server) {
    return (tls_versions(server->last("SSLProtocol")) & ~static_cast<unsigned>(kTls13)) == 0;
  });
  for (const Setting& setting : settings_of(servers, "SSLCipherSuite")) {
    if (setting.directive == nullptr) continue;
    const conf::Directive& d = *setting.directive;
    if (equals_ignoring_case(d.arg(0), "TLSv1.3")) continue;
    const size_t word = d.words.size() > 1 ? 1 : 0;
    const auto ciphers = expand_ciphers(fmt::format("{}:!aNULL:!eNULL:!EXP", d.arg(word)));
    if (!ciphers || ciphers->empty()) {
      report.not_checked(fmt::format("what {} stands for", d.arg(word)),
                         fmt::format("{} finds no cipher in it", openssl_version()));
      continue;
    }
    const auto count = std::count_if(ciphers->begin(), ciphers->end(), [](const TlsCipher& cipher) {
      return cipher.forward_secrecy;
    });
    if (count == std::ssize(*ciphers)) continue;
    report
        .find(d, word,
              fmt::format("{} allows ciphers that make no keys for the connection",
                          names_of(setting.servers)))
        .evidence(fmt::format("{} of {} ciphers make keys for the connection, as {} reads it",
                              count, ciphers->size(), openssl_version()))
        .fix("make new keys for every connection", FixRisk::careful,
             "clients without AES-GCM or ChaCha20, ten years old and more")
        .replace_word(d, word, std::string(kModern));
  }
}

}  // namespace

extern const Rule kRule{
    .id = "static-key-exchange-allowed",
    .severity = Severity::low,
    .certainty = Certainty::outside,
    .title = "Clients may choose a connection that can be read later",
    .references = {"CIS 7.13", "CWE-310"},
    .profile = "cis",
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::static_key_exchange_allowed
