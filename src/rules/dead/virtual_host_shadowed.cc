#include <fmt/format.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::virtual_host_shadowed {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A name of a virtual host is answered by an earlier one on the same address: it has the same
`ServerName` or `ServerAlias`, or a wildcard alias that takes the name in. httpd asks the virtual hosts
of an address in the order they are read, and the first one that knows the name answers.

```apache bad
Listen 80
<VirtualHost *:80>
    ServerName www.example.org
    ServerAlias *.example.org
</VirtualHost>
<VirtualHost *:80>
    ServerName admin.example.org
    #          ^
    <Location />
        Require ip 192.0.2.0/24
    </Location>
</VirtualHost>
```
```apache bad
Listen 443
<VirtualHost *:443>
    ServerName shop.example
    ServerAlias api.shop.example
</VirtualHost>
<VirtualHost *:443>
    ServerName wiki.example
    ServerAlias www.wiki.example API.shop.example
    #                            ^
</VirtualHost>
```
```apache good
Listen 80
<VirtualHost *:80>
    ServerName admin.example.org
</VirtualHost>
<VirtualHost *:80>
    ServerName www.example.org
    ServerAlias *.example.org
</VirtualHost>
```
The same name on another address or port is no conflict:
```apache good
Listen 80
Listen 443
<VirtualHost *:80>
    ServerName shop.example
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
</VirtualHost>
```

## Why it matters
The later virtual host never sees a request for that name. Its access rules, its headers and its log are
not in force: the earlier one's are. The order is that of file names, so a new file changes it.

## When to ignore it
Where the later one is kept as a spare on purpose.

## How to fix it
Name each host once, and put virtual hosts with wildcards last.
)md";

struct Owner {
  const conf::Server* server = nullptr;
  std::string_view as;  // the name or pattern that takes it
};

// The names that the virtual hosts of one address answer to, in reading order.
class Names {
 public:
  std::optional<Owner> owner_of(const std::string& name) const {
    if (const auto found = literal_.find(name); found != literal_.end()) return found->second;
    if (everything_.server != nullptr) return everything_;
    for (size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
      const auto found = below_.find(name.substr(dot));
      if (found != below_.end()) return found->second;
    }
    return std::nullopt;
  }

  // Wildcards other than "*" and "*.domain" are seldom and left out: they take nothing away here.
  void add(std::string_view name, const conf::Server& server) {
    if (name == "*") {
      if (everything_.server == nullptr) everything_ = {&server, name};
    } else if (name.starts_with("*.") && name.find_first_of("*?", 1) == std::string_view::npos) {
      below_.emplace(lower(name.substr(1)), Owner{&server, name});
    } else if (name.find_first_of("*?") == std::string_view::npos) {
      literal_.emplace(lower(name), Owner{&server, name});
    }
  }

 private:
  std::unordered_map<std::string, Owner> literal_;
  std::unordered_map<std::string, Owner> below_;
  Owner everything_;
};

// Where a virtual host writes one of its names.
struct Written {
  const conf::Directive* directive = nullptr;
  size_t word = 0;
  std::string_view name;
};

std::vector<Written> written_names(const conf::Server& server) {
  std::vector<Written> names;
  const conf::DirectiveList own = server.own("ServerName");
  if (!own.empty()) names.push_back({own.back(), 0, server.name});
  for (const conf::Directive* alias : server.own("ServerAlias")) {
    for (size_t i = 0; i < alias->words.size(); ++i) names.push_back({alias, i, alias->arg(i)});
  }
  return names;
}

std::string key_of(const conf::Address& address) {
  return fmt::format("{} {}", address.host, address.port);
}

class Judge {
 public:
  explicit Judge(Reporter& report) : report_(report) {}

  void look_at(const conf::Server& server) {
    for (const Written& written : written_names(server)) {
      for (const conf::Address& address : server.addresses) {
        if (report_if_taken(server, written, address)) break;
      }
    }
    for (const conf::Address& address : server.addresses) {
      Names& names = by_address_[key_of(address)];
      for (const Written& written : written_names(server)) names.add(written.name, server);
    }
  }

 private:
  bool report_if_taken(const conf::Server& server, const Written& written,
                       const conf::Address& address) {
    const auto names = by_address_.find(key_of(address));
    if (names == by_address_.end()) return false;
    const auto owner = names->second.owner_of(lower(written.name));
    // A host whose name carries another port answers for that port only.
    if (!owner || (owner->server->name_port != 0 && server.name_port != 0 &&
                   owner->server->name_port != server.name_port)) {
      return false;
    }
    report_
        .find(*written.directive, written.word,
              fmt::format("{} is answered by the earlier virtual host {}, through {}", written.name,
                          owner->server->label, owner->as))
        .evidence(*owner->server->section, "comes first on the same address")
        .server(server);
    return true;
  }

  Reporter& report_;
  std::unordered_map<std::string, Names> by_address_;
};

void check(const Snapshot& snapshot, Reporter& report) {
  Judge judge(report);
  for (const conf::Server& server : snapshot.servers.virtual_hosts()) judge.look_at(server);
}

}  // namespace

extern const Rule kRule{
    .id = "virtual-host-shadowed",
    .severity = Severity::medium,
    .title = "An earlier virtual host answers for this name",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::virtual_host_shadowed
