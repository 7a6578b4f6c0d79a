// The sections of a server that apply to a path, a name or a URL, in httpd's order.
// Source: server/request.c; server/core.c (ap_core_reorder_directories).
#pragma once

#include "conf/effective/layers.h"

namespace stockade::conf {

struct DirectorySections {
  struct Entry {
    const Directive* section = nullptr;
    std::string path;  // with a '/' at its end; of a regular expression the expression
    uint32_t depth = 0;
    bool pattern = false;
  };
  std::vector<Entry> by_depth;     // plain ones and wildcards, shallow ones first
  std::vector<Entry> expressions;  // in the order of the file
};

// The sections of the main server, then those of a virtual host.
DirectorySections directory_sections(const Config& config, const Server& server);
bool applies_to(const DirectorySections::Entry& entry, std::string_view directory);
bool expression_matches(const DirectorySections::Entry& entry, std::string_view path);

Layers server_layers(const Config& config, const Server& server);
Layers location_layers(const Config& config, const Server& server, std::string_view path);
// The <Proxy> for a URL of another server.
Layers proxy_layers(const Config& config, const Server& server, std::string_view url);
// The <Files> within `around`, for the last segment of a path.
Layers file_layers(const Layers& around, std::string_view name);

Layer layer_of(Walk walk, const Config& config, const Directive& section);
// The directives directly in a server.
Children body_of(const Config& config, const Server& server);

}  // namespace stockade::conf
