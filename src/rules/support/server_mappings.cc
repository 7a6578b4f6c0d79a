#include "rules/support/server_mappings.h"

#include "base/text.h"
#include "rules/support/paths.h"

namespace stockade::rules {

namespace {

using conf::Directive;

std::string_view without_slash(std::string_view url) {
  while (url.size() > 1 && url.ends_with('/')) url.remove_suffix(1);
  return url;
}

void add_aliases(const Snapshot& snapshot, const conf::Server& server,
                 std::vector<Mapping>& mappings) {
  for (std::string_view name : {"Alias", "ScriptAlias"}) {
    for (const Directive* d : server.own(name)) {
      if (d->words.size() != 2) continue;
      mappings.push_back({std::string(without_slash(d->arg(0))), path_argument(snapshot, d->arg(1)),
                          d, name == "ScriptAlias"});
    }
  }
}

// ProxyPass /x !, and Redirect to somewhere: the URL it is about.
bool takes_all(const Directive& d, std::string_view url) {
  if (d.is("ProxyPass")) return url_takes(without_slash(d.arg(0)), url) && d.arg(1) != "!";
  const size_t at = d.arg(0).starts_with('/') ? 0 : 1;
  return url_takes(without_slash(d.arg(at)), url);
}

}  // namespace

bool url_takes(std::string_view prefix, std::string_view url) {
  prefix = without_slash(prefix);
  if (prefix == "/") return url.starts_with('/');
  return url.starts_with(prefix) && (url.size() == prefix.size() || url[prefix.size()] == '/');
}

ServerMappings::ServerMappings(const Snapshot& snapshot, const conf::Server& server)
    : server_(server) {
  add_aliases(snapshot, server, mappings_);
  if (!server.is_main()) add_aliases(snapshot, *server.main, mappings_);
  if (const Directive* root = server.last("DocumentRoot")) {
    mappings_.push_back({"/", path_argument(snapshot, root->arg(0)), root, false});
  }
}

std::optional<std::string> ServerMappings::path_of(std::string_view url) const {
  for (const Mapping& mapping : mappings_) {
    if (!url_takes(mapping.url, url)) continue;
    const std::string_view rest = mapping.url == "/" ? url : url.substr(mapping.url.size());
    return normal_path(mapping.path + "/" + std::string(rest));
  }
  return std::nullopt;
}

bool ServerMappings::is_passed_on(std::string_view url) const {
  for (std::string_view name : {"ProxyPass", "Redirect", "RedirectPermanent"}) {
    for (const Directive* d : server_.own(name)) {
      if (d->words.size() > 1 && takes_all(*d, url)) return true;
    }
    if (server_.is_main() || name != "ProxyPass") continue;
    for (const Directive* d : server_.main->own(name)) {
      if (d->words.size() > 1 && takes_all(*d, url)) return true;
    }
  }
  return false;
}

}  // namespace stockade::rules
