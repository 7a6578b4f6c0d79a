// What the ways from a URL to a file share; each tells whether it has settled the request.
#pragma once

#include "conf/effective/translate.h"

namespace stockade::conf {

struct Mapping {
  const World* world = nullptr;  // null: Redirect of a section alone
  const RequestFacts& facts;
  const Layers& layers;  // of the server, then those of the URL
  std::string_view raw;
  Translated out;

  bool wonder(std::string cause, const Found& found) {
    out.doubt = std::move(cause);
    out.doubt_place = said(found).place;
    return true;
  }
  void step(const char* what, std::string result, const Found& found) {
    out.steps.push_back({what, std::move(result), said(found)});
  }
};

bool map_by_proxy(Mapping& mapping);
bool map_by_redirect(Mapping& mapping);          // before the file is known
bool map_by_section_redirect(Mapping& mapping);  // after
bool map_by_alias(Mapping& mapping);
bool map_by_user(Mapping& mapping);
bool map_by_host(Mapping& mapping);

// The lines of this server itself, then the main server's: the order in which mod_alias looks.
std::vector<Found> own_first(const Layers& layers, std::string_view names);
// How much of the path the alias takes; any number of '/' stands for any other. 0: none.
size_t alias_length(std::string_view path, std::string_view alias);
// $0 to $9; a backslash makes '$' and '&' plain.
std::string substitute(std::string_view text, const std::vector<std::string>& groups);

}  // namespace stockade::conf
