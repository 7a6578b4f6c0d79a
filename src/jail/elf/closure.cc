#include "jail/elf/closure.h"

#include <elf.h>

#include <algorithm>

#include "base/text.h"
#include "jail/elf/loader_cache.h"

namespace stockade::jail {
namespace {

constexpr uint64_t kLargestElf = 512ull << 20;
constexpr size_t kMostLibraries = 4096;

std::string multiarch_of(const ElfFile& file) {
  switch (file.machine) {
    case EM_X86_64:
      return "x86_64-linux-gnu";
    case EM_AARCH64:
      return "aarch64-linux-gnu";
    case EM_386:
      return "i386-linux-gnu";
    case EM_ARM:
      return "arm-linux-gnueabihf";
    case EM_RISCV:
      return "riscv64-linux-gnu";
    default:
      return "";
  }
}

// The directories that the loader knows without any cache, most specific first.
std::vector<std::string> built_in_directories(const ElfFile& file) {
  std::vector<std::string> all;
  if (const std::string arch = multiarch_of(file); !arch.empty()) {
    all.push_back("/lib/" + arch);
    all.push_back("/usr/lib/" + arch);
  }
  if (file.is_64_bit) {
    all.insert(all.end(), {"/lib64", "/usr/lib64"});
  }
  all.insert(all.end(), {"/lib", "/usr/lib"});
  return all;
}

std::string with_origin(std::string path, const std::string& origin) {
  path = replace_all(std::move(path), "${ORIGIN}", origin);
  return replace_all(std::move(path), "$ORIGIN", origin);
}

}  // namespace

std::string resolve_links(const FileSystem& files, const std::string& path) {
  std::string done;
  std::string rest = normal_path(path);
  int links = 0;
  while (!rest.empty() && rest != "/") {
    const size_t end = rest.find('/', 1);
    const std::string step = rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end);
    const auto status = files.link_status(done + step);
    if (!status) return path;
    if (status->type != FileType::symlink) {
      done += step;
      continue;
    }
    const auto target = files.link_target(done + step);
    if (!target || ++links > kMaxLinks) return path;
    rest = absolute_path(done.empty() ? "/" : done, *target) + rest;
    done.clear();
  }
  return done.empty() ? "/" : done;
}

Closure::Closure(const FileSystem& files) : files_(files) {
  if (const auto bytes = files.read("/etc/ld.so.cache", 16 << 20)) {
    cache_ = read_loader_cache(*bytes);
  }
}

const Result<ElfFile>& Closure::read(const std::string& path) {
  auto found = read_.find(path);
  if (found == read_.end()) {
    const auto bytes = files_.read(path, kLargestElf);
    found = read_.emplace(path, bytes ? read_elf(*bytes, path) : fail(bytes.error())).first;
  }
  return found->second;
}

std::string Closure::real_path(const std::string& path) const {
  return resolve_links(files_, path);
}

bool Closure::fits(const std::string& path, const ElfFile& asking) {
  if (!files_.status(path)) return false;
  const auto& file = read(path);
  // As the loader: a library of another machine is passed over, not an error.
  return file && file->machine == asking.machine && file->is_64_bit == asking.is_64_bit;
}

std::string Closure::search(const std::string& name, const std::string& origin, const ElfFile& file,
                            const std::vector<std::string>& inherited_rpath) {
  if (name.find('/') != std::string::npos) {
    const std::string path = absolute_path("/", with_origin(name, origin));
    return fits(path, file) ? path : "";
  }
  std::vector<std::string> places;
  if (file.runpath.empty()) {
    for (const std::string& path : file.rpath) places.push_back(with_origin(path, origin));
    places.insert(places.end(), inherited_rpath.begin(), inherited_rpath.end());
  } else {
    for (const std::string& path : file.runpath) places.push_back(with_origin(path, origin));
  }
  for (const std::string& place : places) {
    if (const std::string path = absolute_path("/", place + "/" + name); fits(path, file))
      return path;
  }
  const auto built_in = built_in_directories(file);
  if (const auto cached = cache_.find(name); cached != cache_.end()) {
    for (const std::string& path : cached->second) {
      if (!fits(path, file)) continue;
      const std::string directory(parent_path(path));
      if (std::find(built_in.begin(), built_in.end(), directory) == built_in.end())
        needs_cache_ = true;
      return path;
    }
  }
  for (const std::string& directory : built_in) {
    if (const std::string path = directory + "/" + name; fits(path, file)) return path;
  }
  return "";
}

std::string Closure::find(const std::string& name, const std::string& asking_file) {
  const auto& file = read(asking_file);
  return file ? search(name, std::string(parent_path(real_path(asking_file))), *file, {}) : "";
}

void Closure::follow(const Asked& asked, const ElfFile& file, std::vector<Asked>& open) {
  const std::string origin(parent_path(real_path(asked.path)));
  if (!file.interpreter.empty()) loaders_.emplace(file.interpreter, asked.path);
  std::vector<std::string> rpath;
  if (file.runpath.empty()) {
    for (const std::string& path : file.rpath) rpath.push_back(with_origin(path, origin));
    rpath.insert(rpath.end(), asked.rpath.begin(), asked.rpath.end());
  }
  for (const std::string& name : file.needed) {
    const std::string path = search(name, origin, file, asked.rpath);
    if (path.empty()) {
      unresolved_.push_back({name, asked.path});
      continue;
    }
    if (!followed_.insert(path).second) continue;
    libraries_.push_back({path, real_path(path), asked.path});
    open.push_back({path, rpath});
  }
}

Result<void> Closure::add(const std::string& path) {
  if (followed_.contains(path)) return {};
  const auto& file = read(path);
  if (!file) return fail(file.error());
  followed_.insert(path);
  std::vector<Asked> open{{path, {}}};
  while (!open.empty() && libraries_.size() < kMostLibraries) {
    const Asked asked = std::move(open.back());
    open.pop_back();
    if (const auto& one = read(asked.path)) follow(asked, *one, open);
  }
  return {};
}

}  // namespace stockade::jail
