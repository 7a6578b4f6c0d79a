// What Header directives make of a response. Source: modules/metadata/mod_headers.c.
#pragma once

#include "conf/effective/facts.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

struct ResponseHeaders {
  std::vector<HeaderLine> lines;
  std::vector<Doubt> doubts;
};

// `normal`: a response that is no error of httpd's own, to which "onsuccess" counts.
ResponseHeaders response_headers(const Layers& layers, const RequestFacts& facts, bool normal);

}  // namespace stockade::conf
