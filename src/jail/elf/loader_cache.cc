#include "jail/elf/loader_cache.h"

#include <cstdint>
#include <cstring>
#include <optional>

namespace stockade::jail {
namespace {

constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";

struct CacheHeader {
  char magic[17];
  char version[3];
  uint32_t count;
  uint32_t strings_size;
  uint8_t flags;
  uint8_t padding[3];
  uint32_t extension_offset;
  uint32_t unused[3];
};
struct CacheEntry {
  int32_t flags;
  uint32_t key;  // offset from the header
  uint32_t value;
  uint32_t os_version;
  uint64_t hwcap;
};
static_assert(sizeof(CacheHeader) == 48 && sizeof(CacheEntry) == 24);

std::optional<std::string> text_at(std::string_view bytes, uint32_t offset) {
  if (offset >= bytes.size()) return std::nullopt;
  const size_t end = bytes.find('\0', offset);
  if (end == std::string_view::npos || end - offset > 4096) return std::nullopt;
  return std::string(bytes.substr(offset, end - offset));
}

}  // namespace

std::map<std::string, std::vector<std::string>, std::less<>> read_loader_cache(
    std::string_view bytes) {
  std::map<std::string, std::vector<std::string>, std::less<>> found;
  // An older format may stand in front of it.
  const size_t begin = bytes.find(kMagic);
  if (begin == std::string_view::npos) return found;
  bytes.remove_prefix(begin);
  CacheHeader header;
  if (bytes.size() < sizeof(header)) return found;
  std::memcpy(&header, bytes.data(), sizeof(header));
  for (uint64_t i = 0; i < header.count; ++i) {
    const uint64_t offset = sizeof(header) + i * sizeof(CacheEntry);
    if (bytes.size() < offset + sizeof(CacheEntry)) break;
    CacheEntry entry;
    std::memcpy(&entry, bytes.data() + offset, sizeof(entry));
    const auto key = text_at(bytes, entry.key);
    const auto value = text_at(bytes, entry.value);
    if (key && value && !value->empty() && value->front() == '/') found[*key].push_back(*value);
  }
  return found;
}

}  // namespace stockade::jail
