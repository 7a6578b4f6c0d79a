// The same throws for the same seed, and what the parts of the grammar make of them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "site.h"

namespace stockade::effective {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}

  size_t below(size_t count) { return static_cast<size_t>(random_() % count); }
  bool chance(size_t percent) { return below(100) < percent; }
  template <size_t N>
  std::string pick(const char* const (&words)[N]) {
    return words[below(N)];
  }

 private:
  std::mt19937_64 random_;
};

// From a URL to a file, a redirect or another server.
void lay_out_mapped_files(std::vector<SiteFile>& files);
std::string mapping_line(Dice& dice);
std::string location_mapping(Dice& dice);  // within a <Location>
std::vector<std::string> proxy_section(Dice& dice);
std::string mapped_target(Dice& dice);
// SetEnvIf and its kin, SetEnv
std::string variable_line(Dice& dice);

std::vector<std::string> rewrite_of_server(Dice& dice);
std::vector<std::string> rewrite_of_section(Dice& dice);

}  // namespace stockade::effective
