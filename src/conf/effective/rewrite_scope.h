// Which rewrite rules are in effect. Source: modules/mappers/mod_rewrite.c (config_*_merge).
#pragma once

#include "conf/effective/rewrite.h"

namespace stockade::conf {

// Of the server itself, and of the main server too where they are inherited. `layers`: what is
// merged before there is a file, as httpd asks the sections of a URL whether the engine is on.
RewriteScope server_rewrites(const Layers& server, const Layers& layers);

struct SectionRewrites {
  RewriteScope scope;
  bool any_name = false;  // RewriteOptions AllowNoSlash
  bool own_names = true;  // not RewriteOptions IgnoreContextInfo
};
// Those of the innermost section with any directive of the module.
SectionRewrites section_rewrites(const Layers& server, const Layers& layers);

// The DocumentRoot of a server, absolute and without a '/' at its end.
std::optional<std::string> document_root_of(const World& world, const Layers& server);

}  // namespace stockade::conf
