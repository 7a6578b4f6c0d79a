// Which directory the URLs of one server lead to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

struct Mapping {
  std::string url;   // "/" or "/icons"
  std::string path;  // normalised
  const conf::Directive* directive = nullptr;
  bool is_script_alias = false;
};

class ServerMappings {
 public:
  // Its own Alias and ScriptAlias, then the main server's, then DocumentRoot: the order in which
  // httpd tries them. Costs what these lines number.
  ServerMappings(const Snapshot& snapshot, const conf::Server& server);

  const std::vector<Mapping>& all() const { return mappings_; }
  // The path of a URL, where an Alias or DocumentRoot names one.
  std::optional<std::string> path_of(std::string_view url) const;
  // Whether a ProxyPass or Redirect takes every URL at and below `url` away from the files.
  bool is_passed_on(std::string_view url) const;

 private:
  const conf::Server& server_;
  std::vector<Mapping> mappings_;
};

// "/shop" takes "/shop" and "/shop/x"; "/" takes all; not "/shopping".
bool url_takes(std::string_view prefix, std::string_view url);

}  // namespace stockade::rules
