#include "scratch_tree.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace stockade::test {

namespace fs = std::filesystem;

ScratchTree::ScratchTree(const std::string& directory) {
  std::string pattern =
      fs::path(directory.empty() ? fs::temp_directory_path() : fs::path(directory)) /
      "stockade-test-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

ScratchTree::~ScratchTree() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void ScratchTree::write(std::string_view name, std::string_view text, unsigned mode) const {
  const fs::path file = path_ + std::string(name);
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  chmod(name, mode);
}

void ScratchTree::make_directory(std::string_view name, unsigned mode) const {
  fs::create_directories(path_ + std::string(name));
  chmod(name, mode);
}

void ScratchTree::link(std::string_view name, std::string_view target) const {
  const fs::path file = path_ + std::string(name);
  fs::create_directories(file.parent_path());
  fs::create_symlink(target, file);
}

void ScratchTree::chmod(std::string_view name, unsigned mode) const {
  ::chmod((path_ + std::string(name)).c_str(), mode);
}

}  // namespace stockade::test
