// One site, predicted and asked.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "live_httpd.h"
#include "site.h"

namespace stockade::effective {

// Of one site: the first difference, or "".
struct Comparison {
  std::string difference;
  size_t failed = 0;  // index of the request
  size_t asked = 0;
  size_t agreed = 0;
  size_t unknown = 0;
  std::map<std::string, size_t> causes;
};
Comparison compare(const Site& site, SiteTree& tree);

// Takes away what is not needed for the difference that request `failed` shows.
Site shrink(Site site, size_t failed, SiteTree& tree);

}  // namespace stockade::effective
