// A .htaccess file, as httpd reads it for a request: what AllowOverride lets it say.
// Source: server/config.c (ap_parse_htaccess, invoke_cmd); docs/2.4/howto/htaccess.html.
#pragma once

#include <memory>
#include <string>

#include "conf/effective/layers.h"

namespace stockade::conf {

struct Override {
  static constexpr unsigned kAuthConfig = 1, kFileInfo = 2, kIndexes = 4, kLimit = 8, kOptions = 16;
  static constexpr unsigned kAll = 31;
  unsigned classes = 0;
  unsigned options = ~0U;  // which Options are allowed
  bool given = false;   // by any AllowOverride: without one httpd reads the file, and refuses all
  bool listed = false;  // AllowOverrideList names any
  std::vector<std::string> list;
  bool non_fatal_override = false;
  bool non_fatal_unknown = false;
  bool all_options = true;  // SymLinksIfOwnerMatch and MultiViews too

  bool reads() const { return !given || classes != 0 || listed; }
  void merge(const Layer& layer);
};

struct Htaccess {
  std::unique_ptr<Config> config;
  Layer layer;
  int status = 0;       // 500 where httpd refuses it
  std::string refusal;  // why
  std::string doubt;    // whether httpd accepts it is not known
  Place place;
};

// `directory` ends with '/'. Nothing where there is no such file.
std::optional<Htaccess> read_htaccess(const World& world, const Override& allowed,
                                      const std::string& path, std::string_view directory);

}  // namespace stockade::conf
