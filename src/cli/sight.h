// A configuration with the files around it, as the effective engine asks for them.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/command.h"
#include "conf/effective/effective.h"
#include "host/collect.h"

namespace stockade::cli {

struct Sight {
  std::unique_ptr<Snapshot> snapshot;  // never null
  std::unique_ptr<FileSystem> files;

  conf::World world() const;
};

// Of the options --root, --config, --define and, where the command has it, --snapshot.
Result<Sight> see(std::string_view command, const Arguments& arguments);

// `name` is a folder (a copied tree), a configuration file, or a snapshot.
Result<Sight> see_named(const std::string& name, const std::vector<std::string>& defines);

// Says what httpd would refuse; true where it would start.
bool warn_of_refusal(const Snapshot& snapshot);

}  // namespace stockade::cli
