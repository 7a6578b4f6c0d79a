// From a file's name to the file: the directory walk with its symbolic links and .htaccess files.
// Source: server/request.c (ap_directory_walk).
#pragma once

#include <memory>

#include "conf/effective/htaccess.h"
#include "conf/effective/sections.h"

namespace stockade::conf {

enum class FileKind : uint8_t { none, regular, directory };

struct Stored {
  int status = 0;  // 403 or 500 where the walk ends there
  std::string filename;
  std::string path_info;
  FileKind kind = FileKind::none;
  bool readable = false;  // for everybody
  Layers layers;          // Directory, .htaccess and DirectoryMatch
  std::string doubt;
  Place doubt_place;
  std::string because;  // of the status
  Place because_place;
  std::vector<std::unique_ptr<Config>> configs;  // that the layers point into
};

Stored walk_directories(const World& world, const Server& server, const Layers& base,
                        const std::string& filename);

}  // namespace stockade::conf
