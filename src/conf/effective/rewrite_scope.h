// Which rewrite rules are in effect. Source: modules/mappers/mod_rewrite.c (config_*_merge).
#pragma once

#include "conf/effective/rewrite.h"

namespace stockade::conf {

// Of the server itself: its own lines, where the engine is on.
RewriteScope server_rewrites(const Layers& server);
// The line that would make a virtual host take the main server's rules as well.
Found inherited_rewrites(const Layers& server);

struct SectionRewrites {
  RewriteScope scope;
  std::string base;  // RewriteBase
  std::string doubt;
  Place doubt_place;
};
// Those of the innermost section with any directive of the module.
SectionRewrites section_rewrites(const Layers& layers);

// The DocumentRoot of a server, absolute and without a '/' at its end.
std::optional<std::string> document_root_of(const World& world, const Layers& server);

}  // namespace stockade::conf
