#include <fmt/format.h>

#include <set>
#include <string>

#include "rules/reporter.h"
#include "rules/support/access.h"
#include "rules/support/directory_sections.h"
#include "rules/support/paths.h"
#include "rules/support/served_trees.h"
#include "rules/support/workers.h"

namespace stockade::rules::private_key_exposed {

namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A private key that httpd loads is readable for the account that answers requests or for everybody,
belongs to somebody else than root, or lies where a server hands it out.
```apache bad
#: file /etc/ssl/shop.key 0644
#: unjudged the key of the example is empty
#^ /etc/ssl/shop.key
User www-data
Listen 443
SSLCertificateFile /etc/ssl/shop.crt
SSLCertificateKeyFile /etc/ssl/shop.key
```
```apache bad
#: dir /srv/shop
#: file /srv/shop/tls/shop.key 0600
#: unjudged the key of the example is empty
#^ /srv/shop/tls/shop.key
User www-data
DocumentRoot /srv/shop
<VirtualHost *:443>
    SSLEngine on
    SSLCertificateFile /etc/ssl/shop.crt
    SSLCertificateKeyFile /srv/shop/tls/shop.key
</VirtualHost>
```
```apache good
#: group ssl-cert 110
#: file /etc/ssl/private/shop.key 0640 root:ssl-cert
#: unjudged the key of the example is empty
User www-data
Group www-data
SSLCertificateFile /etc/ssl/shop.crt
SSLCertificateKeyFile /etc/ssl/private/shop.key
```
```apache good
User www-data
ServerName www.example.org
```
```apache good
#: unknown files
#: not-checked
#: unjudged the key of the example is not there
User www-data
SSLCertificateFile /etc/ssl/shop.crt
SSLCertificateKeyFile /etc/ssl/private/shop.key
```

## Why it matters
With the key anybody is you: he decrypts what he records of older connections and answers in your name.
httpd reads it as root before it gives up its rights, so the worker never needs to.

## When to ignore it
For a key that is worth nothing, such as that of a test server.

## How to fix it
`chown root:root` and `chmod 600`. A key that could be downloaded counts as stolen: have the certificate
revoked and make a new key.
)md";

class Check {
 public:
  Check(const Snapshot& snapshot, Reporter& report)
      : snapshot_(snapshot),
        report_(report),
        worker_(worker_of(snapshot)),
        trees_(served_trees(snapshot)),
        index_(snapshot) {}

  void judge(const conf::Directive& d) {
    const std::string path = path_argument(snapshot_, d.arg(0));
    if (d.arg(0).starts_with("pkcs11:") || !seen_.insert(path).second) return;
    const host::PathFacts* facts = facts_behind(snapshot_, path);
    if (facts == nullptr) {
      if (path_state(snapshot_, path) == PathState::absent) return;
      report_.not_checked(fmt::format("who may read the key {}", path), "it was not looked at",
                          "run as root on the server itself");
      return;
    }
    const std::string problem = problem_of(path, facts->status);
    if (problem.empty()) return;
    Draft draft = report_.find_path(path, fmt::format("the private key {} {}", path, problem));
    draft.evidence(d, "names it").server(snapshot_.servers.of(d));
    draft.evidence(path, owner_and_mode(snapshot_, facts->status));
    if (served_) draft.severity(Severity::critical);
    draft.fix(fmt::format("chown root:root {0} && chmod 600 {0}", path), FixRisk::careful,
              "other programs that read the same key");
  }

 private:
  std::string problem_of(const std::string& path, const FileStatus& status) {
    served_ = is_served(path);
    if (served_) return "is handed out to everybody";
    if (!owners_are_known(snapshot_, report_, fmt::format("who may read the key {}", path))) {
      return "";
    }
    if ((status.mode & 0004U) != 0) return "is readable for every account of the machine";
    if (worker_.known() && *worker_.uid != 0 && may_read(worker_, status)) {
      return fmt::format("is readable for {}, which answers requests", worker_.name);
    }
    if (status.uid != 0) return "does not belong to root";
    return "";
  }

  bool is_served(const std::string& path) {
    const ServedTree* tree = trees_.serving(path);
    if (tree == nullptr) return false;
    const Reach reach = reach_of(snapshot_, {tree->server, path, url_of(*tree, path)}, &index_);
    return reach.kind == Reach::Kind::served;
  }

  const Snapshot& snapshot_;
  Reporter& report_;
  Worker worker_;
  const ServedTrees& trees_;
  DirectorySections index_;
  std::set<std::string> seen_;
  bool served_ = false;
};

void check(const Snapshot& snapshot, Reporter& report) {
  Check rule(snapshot, report);
  for (std::string_view name : {"SSLCertificateKeyFile", "SSLProxyMachineCertificateFile"}) {
    for (const conf::Directive* d : snapshot.config.all(name)) rule.judge(*d);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "private-key-exposed",
    .severity = Severity::high,
    .certainty = Certainty::file_system,
    .title = "The private key of a certificate is readable for others than root",
    .references = {"CIS 7.3", "STIG AS24-U2-000390", "CWE-732", "CWE-522"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::private_key_exposed
