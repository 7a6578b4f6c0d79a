// What the installed httpd says of a configuration, and what Stockade says; and how they differ.
#pragma once

#include <string>
#include <vector>

#include "case.h"
#include "conf/evaluate.h"

namespace stockade::oracle {

// One run of httpd.
struct HttpdAnswer {
  std::string impossible;  // why it gave none; empty: it did
  bool accepted = false;
  std::string out;
  std::string err;
  // Of the first error: "12 of /etc/apache2/x.conf", or empty where httpd names no line.
  std::string place;
};

constexpr const char* kHttpd = "/usr/sbin/apache2";

// "" or why nothing can be compared on this machine.
std::string oracle_missing();

// The environment variables that both sides see.
const std::vector<std::pair<std::string, std::string>>& variables();

HttpdAnswer ask_httpd(const std::vector<std::string>& arguments, const std::string& scratch);

// A directory of its own, removed at the end.
class World {
 public:
  World();
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

  // "" where httpd and Stockade agree on `wanted`: the same tree to the byte, or an error of the
  // same line and file.
  std::string difference(const Case& wanted) const;
  // The same for one that has been written already, with more arguments of httpd's.
  std::string difference(const conf::Environment& environment,
                         const std::vector<std::string>& arguments) const;

 private:
  std::string directory_;
  std::string scratch_;
};

}  // namespace stockade::oracle
