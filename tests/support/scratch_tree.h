// A directory of a test's own, gone when the test ends.
#pragma once

#include <string>
#include <string_view>

namespace stockade::test {

class ScratchTree {
 public:
  // Below `directory`; empty: where temporary files are.
  explicit ScratchTree(const std::string& directory = "");
  ~ScratchTree();
  ScratchTree(const ScratchTree&) = delete;
  ScratchTree& operator=(const ScratchTree&) = delete;

  const std::string& path() const { return path_; }
  // `name` begins with '/'; missing directories are made.
  void write(std::string_view name, std::string_view text, unsigned mode = 0644) const;
  void make_directory(std::string_view name, unsigned mode = 0755) const;
  void link(std::string_view name, std::string_view target) const;
  void chmod(std::string_view name, unsigned mode) const;

 private:
  std::string path_;
};

}  // namespace stockade::test
