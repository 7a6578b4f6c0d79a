// Every library that a program or module loads when it starts, as the dynamic loader would find it.
//
// Finds what is asked for by name in the files (DT_NEEDED); what is opened later, by dlopen, is the
// business of plan/module_needs.
// Source: ld.so(8), "When resolving shared object dependencies".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "jail/elf/elf_file.h"

namespace stockade::jail {

struct Library {
  std::string path;       // by which the loader opens it
  std::string real_path;  // after all links
  std::string needed_by;  // the file that asked for it first
};

struct Unresolved {
  std::string name;  // "libfoo.so.1"
  std::string needed_by;
};

class Closure {
 public:
  // `files` must outlive this. Each file is read once, however often it is asked for.
  explicit Closure(const FileSystem& files);

  // Adds what `path` needs, and what that needs. An error where `path` itself cannot be read or is
  // no ELF file; what is missing further on is in `unresolved`.
  Result<void> add(const std::string& path);

  const std::vector<Library>& libraries() const { return libraries_; }
  const std::vector<Unresolved>& unresolved() const { return unresolved_; }
  const std::map<std::string, std::string>& loaders() const {
    return loaders_;
  }  // path -> for whom
  // Found by the cache in a directory that the loader does not know by itself: the jail needs the
  // cache then.
  bool needs_cache() const { return needs_cache_; }

  // Where the loader finds a library that is opened by its name; empty: nowhere.
  std::string find(const std::string& name, const std::string& asking_file);

 private:
  struct Asked {
    std::string path;
    std::vector<std::string> rpath;  // of those who brought it in
  };
  void follow(const Asked& asked, const ElfFile& file, std::vector<Asked>& open);
  std::string search(const std::string& name, const std::string& origin, const ElfFile& file,
                     const std::vector<std::string>& inherited_rpath);
  bool fits(const std::string& path, const ElfFile& asking);
  const Result<ElfFile>& read(const std::string& path);
  std::string real_path(const std::string& path) const;

  const FileSystem& files_;
  std::map<std::string, std::vector<std::string>, std::less<>> cache_;
  std::map<std::string, Result<ElfFile>> read_;
  std::set<std::string> followed_;
  std::vector<Library> libraries_;
  std::vector<Unresolved> unresolved_;
  std::map<std::string, std::string> loaders_;
  bool needs_cache_ = false;
};

// `path` after all links, as the kernel would walk it; `path` itself where it leads nowhere.
std::string resolve_links(const FileSystem& files, const std::string& path);

}  // namespace stockade::jail
