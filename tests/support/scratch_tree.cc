#include "scratch_tree.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

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
  // Whoever is ending in it may remove a file at the same time; that ends the removal.
  for (int i = 0; i < 40; ++i) {
    std::error_code failed;
    fs::remove_all(path_, failed);
    if (!failed) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
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
