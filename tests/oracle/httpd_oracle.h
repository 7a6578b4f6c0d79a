// What the installed httpd says of a configuration, and what Stockade says; and how they differ.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "case.h"
#include "conf/evaluate.h"
#include "httpd.h"

namespace stockade::oracle {

// What httpd prints that Stockade prints as well.
enum class Printed {
  tree,      // -t -D DUMP_CONFIG
  hosts,     // -S
  includes,  // -t -D DUMP_INCLUDES
};

// What a case may rely on, and every module of a Debian that a configuration may want.
extern const std::vector<std::string> kFewModules;
extern const std::vector<std::string> kManyModules;

// A directory of its own, removed at the end.
class World {
 public:
  explicit World(Printed printed = Printed::tree,
                 const std::vector<std::string>& modules = kFewModules);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const std::string& directory() const { return directory_; }
  std::string path(std::string_view name) const { return directory_ + "/" + std::string(name); }

  // Replaces what an earlier case left.
  void fill(const Case& wanted) const;
  // How both are told to read the case: its LoadModule lines come by -C, so that the main file's
  // first byte is the case's own.
  conf::Environment environment() const;
  std::vector<std::string> httpd_arguments() const;

  // "" where httpd and Stockade agree on `wanted`: the same text to the byte, or an error of the
  // same line and file.
  std::string difference(const Case& wanted) const;
  // The same in two steps, so that several worlds' httpds can read at the same time.
  void ask(const Case& wanted) const;
  std::string answer() const;
  // The same for one that has been written already, with other arguments: by a whole run of httpd.
  std::string difference(const conf::Environment& environment,
                         const std::vector<std::string>& arguments) const;

 private:
  std::string compare(const conf::Environment& environment, conf::Config config,
                      const HttpdAnswer& answer) const;

  Printed printed_;
  std::string directory_;
  std::string scratch_;
  std::unique_ptr<ForkedHttpd> forked_;  // null where this build has none
};

}  // namespace stockade::oracle
