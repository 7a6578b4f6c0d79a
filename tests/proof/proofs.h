// Rules whose harm can be shown: a configuration with which httpd gives away what it should not,
// and the same with the mistake mended.
#pragma once

#include <string>
#include <vector>

#include "site.h"

namespace stockade::proof {

struct Expected {
  int status = 0;
  std::string body;       // a part of it; empty: any
  std::string header;     // that is there; empty: any
  std::string no_header;  // that is not there
};

struct Proof {
  std::string name;
  std::string rule;
  std::vector<effective::SiteFile> files;
  std::vector<std::string> both;  // lines of both configurations
  std::vector<std::string> bad, good;
  std::vector<effective::SiteRequest> before;  // asked first, whatever comes of it
  effective::SiteRequest request;
  Expected when_bad, when_good;
};

const std::vector<Proof>& proofs();

}  // namespace stockade::proof
