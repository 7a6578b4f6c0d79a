// The settings of one request: layers of directives, each over the ones before it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/effective/effective.h"

namespace stockade::conf {

// The walk that found a section: what one walk finds is merged before it is laid over the rest.
enum class Walk : uint8_t { server, directory, files, location, condition };

struct Layer {
  Walk walk = Walk::server;
  std::string kind;  // "server", "virtual host", "Directory", ".htaccess" ...
  std::string name;
  const Config* config = nullptr;
  const Directive* section = nullptr;  // null: the main server, or a .htaccess as a whole
  Children body;
};
using Layers = std::vector<Layer>;

struct Found {
  const Directive* directive = nullptr;
  const Layer* layer = nullptr;
  explicit operator bool() const { return directive != nullptr; }
};

// The last one of that name that stands directly in a layer.
Found last_in(const Layers& layers, std::string_view name);
// All of them, in order of effect.
std::vector<Found> all_in(const Layers& layers, std::string_view name);
// Those of the last layer that has any.
std::vector<Found> innermost(const Layers& layers, std::string_view name);

Said said(const Layer& layer, const Directive& d);
Said said(const Found& found);
Place place_of(const Config& config, const Directive& d);

struct Options {
  static constexpr unsigned kIndexes = 1, kIncludes = 2, kFollow = 4, kExecCgi = 8,
                            kIncludesNoExec = 16, kOwnerMatch = 32, kMultiViews = 64;
  static constexpr unsigned kAll = kIndexes | kIncludes | kFollow | kExecCgi;
  unsigned set = kFollow;
  unsigned add = 0;
  unsigned remove = 0;
  bool has(unsigned option) const { return (set & option) != 0; }
  bool follows_all_links() const { return (set & (kFollow | kOwnerMatch)) == kFollow; }
  void merge(const Layer& layer);
};
Options options_of(const Layers& layers);

// The names that DirectoryIndex comes to.
std::vector<std::string_view> index_names(const Layers& layers);

}  // namespace stockade::conf
