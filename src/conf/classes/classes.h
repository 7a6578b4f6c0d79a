// The URLs of a virtual host in classes: every URL of one class meets the same sections, mappings
// and files, as far as the configuration and the disk tell, so that one example stands for all.
// Linear in the size of the configuration: what virtual hosts share is kept once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "conf/effective/effective.h"

namespace stockade::conf {

struct PathClass {
  std::string label;        // "/admin and below", "*.php below /srv/www"
  std::string example;      // path of a URL that lies in it, escaped; empty: none was found
  std::string not_checked;  // why there is no example
  Said by;                  // what made it; an empty place: httpd's own or a file of the disk
  bool delicate = false;    // files that are seldom meant to be served
};

struct ClassOptions {
  uint32_t most_entries = 20'000;  // of folders that are listed, all trees together; 0: no disk
};

class PathClasses {
 public:
  PathClasses(const World& world, const ClassOptions& options = {});

  // Those of one server with what it inherits, "/" first; every example once.
  std::vector<PathClass> of(const Server& server) const;
  // Trees that were not listed to their end.
  const std::vector<std::string>& unlisted() const { return unlisted_; }
  // Directives and entries of folders that were looked at so far.
  uint64_t work() const { return work_; }

 private:
  struct Mount {
    std::string url;  // "/" or "/icons"
    size_t tree = 0;
    Said by;
  };
  struct Inside {
    std::string path;  // relative, without '/' in front; "" is the tree itself
    std::string label;
    Said by;
    bool delicate = false;
  };
  struct Tree {
    std::string path;
    std::vector<Inside> inside;
  };
  struct Part {  // of one server
    std::vector<PathClass> urls;
    std::vector<Mount> mounts;
    std::vector<const Directive*> directories;
    std::vector<const Directive*> names;  // Files and FilesMatch of the whole server
    bool has_root = false;
  };

  void read(const Server& server, Part& part);
  void read_directive(const Directive& d, Part& part);
  void read_section(const Directive& d, Part& part);
  void add_prefix(const Directive& d, std::string_view prefix, Part& part) const;
  void add_expression(const Directive& d, std::string_view expression, Part& part) const;
  void add_mount(const Directive& d, std::string_view url, std::string_view path, Part& part);
  void place_main_directories();
  void list_folder(size_t tree, const std::string& folder, uint32_t depth, uint32_t& left);
  void look_at_name(size_t tree, const std::string& path, const std::string& name);
  void find_password_files();
  // The tree that `path` lies in, innermost first; npos: none.
  size_t tree_of(std::string_view path) const;
  Said said_of(const Directive& d) const;
  void add_directory(const Directive& d, const std::vector<Mount>& mounts,
                     std::vector<PathClass>& out) const;
  void add_names(const Directive& d, const std::string& url, const std::string& where,
                 std::vector<PathClass>& out) const;

  World world_;
  std::unordered_map<const Server*, Part> parts_;
  std::vector<Tree> trees_;
  std::map<std::string, size_t, std::less<>> tree_by_path_;
  std::vector<std::string> unlisted_;
  uint64_t work_ = 0;
};

}  // namespace stockade::conf
