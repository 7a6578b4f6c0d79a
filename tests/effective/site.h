// A site to ask about: configuration, files and requests. Random ones come from a grammar; the same
// seed gives the same site.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stockade::effective {

struct SiteFile {
  std::string path;  // below the site's directory
  std::string text;  // empty: its own path, so that a body tells which file it is
  std::string link;  // target of a symbolic link, below the directory
  bool directory = false;
};

struct SiteRequest {
  std::string host;  // without port
  std::string method = "GET";
  std::string target = "/";
  std::string client = "127.0.0.1";
  std::vector<std::pair<std::string, std::string>> headers;
};

// In texts "@W" stands for the site's directory and "@P" for the port.
struct Site {
  std::vector<std::string> lines;  // of the configuration, behind the modules
  std::vector<SiteFile> files;
  std::vector<SiteRequest> requests;
};

Site generate_site(uint64_t seed, size_t requests);

}  // namespace stockade::effective
