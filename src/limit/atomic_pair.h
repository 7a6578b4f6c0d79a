// Two words that change together: the 16-byte compare-and-swap every table is built on.
#pragma once

#include <atomic>
#include <cstdint>

namespace stockade::limit {

struct Pair {
  uint64_t key = 0;
  uint64_t value = 0;
  bool operator==(const Pair&) const = default;
};

class alignas(16) AtomicPair {
 public:
  uint64_t key() const { return key_.load(std::memory_order_acquire); }

  // Of whatever key: only for an `exchange`, which asks for the key again.
  uint64_t value() const { return value_.load(std::memory_order_acquire); }

  // Two loads, not one: the key is read again, so that a value is never taken for another key's.
  // What a write depends on is checked once more by `exchange`.
  Pair load() const {
    for (;;) {
      const uint64_t key = key_.load(std::memory_order_acquire);
      const uint64_t value = value_.load(std::memory_order_acquire);
      if (key_.load(std::memory_order_acquire) == key) return {key, value};
    }
  }

  // Puts `wanted` in place of `expected`; false if something else stood there.
  bool exchange(Pair expected, Pair wanted) {
#if defined(__x86_64__)
    // In assembly: the compilers' builtins want a flag for it, or call libatomic.
    bool done = false;
    __asm__ __volatile__("lock cmpxchg16b %1"
                         : "=@ccz"(done), "+m"(*this), "+a"(expected.key), "+d"(expected.value)
                         : "b"(wanted.key), "c"(wanted.value)
                         : "memory");
    return done;
#else
    __extension__ using Wide = unsigned __int128;
    const Wide before = (Wide{expected.value} << 64) | expected.key;
    const Wide after = (Wide{wanted.value} << 64) | wanted.key;
    return __sync_bool_compare_and_swap(reinterpret_cast<Wide*>(this), before, after);
#endif
  }

 private:
  std::atomic<uint64_t> key_{0};
  std::atomic<uint64_t> value_{0};
};
static_assert(sizeof(AtomicPair) == 16);

}  // namespace stockade::limit
