// A plan in the making: what the parts of plan/ add to, each for its own reason.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "host/snapshot.h"
#include "jail/elf/closure.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

class Draft {
 public:
  // Both must outlive this.
  Draft(const Snapshot& snapshot, const FileSystem& files);

  const Snapshot& snapshot() const { return snapshot_; }
  const FileSystem& files() const { return files_; }
  Closure& closure() { return closure_; }
  Plan& plan() { return plan_; }

  // A file or directory of the host under its own name. Nothing where it does not exist. The first
  // reason stays; a kind that may be executed or written to wins over one that may not.
  bool bind(ItemKind kind, std::string_view path, std::string why);
  // A name of the host that leads elsewhere, as /lib to /usr/lib; nothing where it is no link.
  void add_link(std::string_view path);
  // Every one of them that exists.
  void bind_all(ItemKind kind, std::initializer_list<std::string_view> paths,
                const std::string& why);
  // A program or module and all that it loads at its start.
  void add_elf(ItemKind kind, const std::string& path, const std::string& why);
  // A library that is opened by name while running.
  // A static program that lies at `inside` under another name than outside.
  void add_program_as(const std::string& source, std::string inside, std::string why);
  void add_opened_library(const std::string& name, const std::string& asking_file,
                          const std::string& why);
  void add_runtime(std::string_view path, uint32_t owner, uint32_t mode, std::string why);
  void add_generated(std::string_view path, std::string content, std::string why,
                     uint32_t mode = 0644);
  void add_account(std::string_view user, std::string_view group);
  void lose(std::string what, std::string why);

  // The libraries of the closure, the loader, and everything in order. Called once, at the end.
  Plan finish();

 private:
  void put(Item item);

  const Snapshot& snapshot_;
  const FileSystem& files_;
  Closure closure_;
  Plan plan_;
  std::map<std::string, Item> items_;
};

// Every directive of that name, of modules that no table knows too.
std::vector<const conf::Directive*> directives(const conf::Config& config, std::string_view name);

// Of plan/: each looks at one thing.
void plan_httpd(Draft& draft);        // the program, its modules, its configuration
void plan_content(Draft& draft);      // what is served, logged, written to
void plan_losses(Draft& draft);       // what backends cost, when all of them are known
void plan_programs(Draft& draft);     // CGIs, log programs
void plan_known_needs(Draft& draft);  // what modules and libraries open on their own
void plan_php(Draft& draft);          // php-fpm beside it, or mod_php within
void plan_base(Draft& draft);         // accounts, /etc, /dev, /tmp

}  // namespace stockade::jail
