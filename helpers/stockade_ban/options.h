// The words of the command line.
#pragma once

#include <string>
#include <vector>

#include "limit/allow_list.h"

namespace stockade::ban_helper {

struct Options {
  std::string table = "/run/apache2/stockade.table";
  std::vector<limit::AddressRange> allow;
  std::string ports = "80, 443";  // as nft writes them; empty: all
  bool dry_run = false;
  bool once = false;
};

// Empty, or what is wrong and what is accepted. `text` is filled where the words ask for a text
// (--help, --version) and nothing else.
std::string read_options(int argc, char** argv, Options& options, std::string& text);

}  // namespace stockade::ban_helper
