#include "base/arena.h"

#include <cstdint>
#include <cstring>

namespace stockade {

namespace {
constexpr size_t kBlockSize = 256 * 1024;
}

void* Arena::allocate(size_t size, size_t alignment) {
  auto aligned = [&](std::byte* at) {
    const auto address = reinterpret_cast<uintptr_t>(at);
    return at + ((alignment - address % alignment) % alignment);
  };
  std::byte* start = next_ == nullptr ? nullptr : aligned(next_);
  if (start == nullptr || start > end_ || static_cast<size_t>(end_ - start) < size) {
    // A large request gets a block of its own and leaves the current one in use.
    if (size > kBlockSize / 4) {
      blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size + alignment));
      return aligned(blocks_.back().get());
    }
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kBlockSize));
    start = aligned(blocks_.back().get());
    end_ = blocks_.back().get() + kBlockSize;
  }
  next_ = start + size;
  return start;
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {"", 0};
  char* place = static_cast<char*>(allocate(text.size(), 1));
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

}  // namespace stockade
