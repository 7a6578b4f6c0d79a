#include "limit/region.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace stockade::limit {

namespace {

constexpr char kMagic[8] = {'S', 'T', 'O', 'C', 'K', 'A', 'D', 'E'};
constexpr uint64_t kMaxBytes = uint64_t{1} << 36;
constexpr uint64_t kHeaderBytes = (sizeof(Header) + 4095) / 4096 * 4096;

int64_t microseconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
}

uint64_t buckets_in(uint64_t bytes) {
  constexpr uint64_t kLeast = 4096 / sizeof(Bucket);
  return std::bit_ceil(bytes / sizeof(Bucket) < kLeast ? kLeast : bytes / sizeof(Bucket));
}

template <class T>
T* at(Header& header, uint64_t offset) {
  return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(&header) + kHeaderBytes + offset);
}

// All of the memory now: where a page could not be had later, on a full /run, httpd would die of
// SIGBUS in the middle of a flood. Source: madvise(2), MADV_POPULATE_WRITE (Linux 5.14).
bool have_all_pages(int fd, void* memory, uint64_t bytes) {
#ifdef MADV_POPULATE_WRITE
  if (madvise(memory, bytes, MADV_POPULATE_WRITE) == 0) return true;
  if (errno != EINVAL) return false;
#endif
  if (fd < 0) return true;  // anonymous: the kernel counted it when it was mapped
  errno = posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  return errno == 0;
}

}  // namespace

uint64_t Region::total_bytes(const Sizes& sizes) {
  return kHeaderBytes + (sizes.counter_buckets + sizes.ban_buckets) * sizeof(Bucket) +
         sizes.ring_records * sizeof(EventRecord) + kConnectionBuckets * sizeof(Bucket) +
         kConnectionJournal * sizeof(AtomicPair);
}

RegionError Region::check(const Header& header, const Sizes& sizes, uint64_t bytes) {
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) return RegionError::not_ours;
  if (header.layout != kLayout) return RegionError::other_layout;
  const bool is_sound =
      header.header_bytes == kHeaderBytes && std::has_single_bit(sizes.counter_buckets) &&
      std::has_single_bit(sizes.ban_buckets) && std::has_single_bit(sizes.ring_records) &&
      sizes.counter_buckets >= 2 && sizes.ban_buckets >= 2 &&
      sizes.counter_buckets <= kMaxBytes / sizeof(Bucket) &&
      sizes.ban_buckets <= kMaxBytes / sizeof(Bucket) &&
      sizes.ring_records <= kMaxBytes / sizeof(EventRecord) && header.bytes == bytes &&
      total_bytes(sizes) == bytes;
  return is_sound ? RegionError::none : RegionError::damaged;
}

const char* to_string(RegionError error) {
  switch (error) {
    case RegionError::none:
      return "none";
    case RegionError::no_memory:
      return "no memory for the table";
    case RegionError::not_ours:
      return "this is no table of Stockade";
    case RegionError::other_layout:
      return "the table was made by another version";
    case RegionError::damaged:
      return "the table is damaged";
  }
  return "";
}

HelperHealth health_of(const HelperState& helper, Seconds now) {
  const Seconds seen = helper.seen.load(std::memory_order_acquire);
  if (seen == 0) return HelperHealth::none;
  if (now > seen && now - seen > kHelperSilence) return HelperHealth::dead;
  return helper.works.load(std::memory_order_relaxed) == 1 ? HelperHealth::working
                                                           : HelperHealth::failing;
}

const char* to_string(HelperHealth health) {
  switch (health) {
    case HelperHealth::none:
      return "none";
    case HelperHealth::working:
      return "working";
    case HelperHealth::failing:
      return "failing";
    case HelperHealth::dead:
      return "dead";
  }
  return "";
}

Region::~Region() {
  if (owned_ && header_ != nullptr) munmap(header_, bytes_);
}

Region::Region(Region&& other) noexcept
    : header_(std::exchange(other.header_, nullptr)),
      sizes_(other.sizes_),
      bytes_(std::exchange(other.bytes_, 0)),
      owned_(std::exchange(other.owned_, false)) {}

Region& Region::operator=(Region&& other) noexcept {
  std::swap(header_, other.header_);
  std::swap(sizes_, other.sizes_);
  std::swap(bytes_, other.bytes_);
  std::swap(owned_, other.owned_);
  return *this;
}

RegionError Region::make(int fd, const RegionSize& size, Region& region) {
  HashKey key;
  if (getrandom(&key, sizeof key, 0) != ssize_t{sizeof key}) return RegionError::no_memory;
  Sizes plan;
  plan.counter_buckets = buckets_in(size.counter_bytes);
  plan.ban_buckets = buckets_in(size.ban_bytes);
  plan.ring_records = std::bit_ceil(size.ring_records < 64 ? 64 : size.ring_records);
  const uint64_t bytes = total_bytes(plan);
  if (bytes > kMaxBytes) return RegionError::no_memory;
  if (fd >= 0 && ftruncate(fd, static_cast<off_t>(bytes)) != 0) return RegionError::no_memory;
  const int flags = MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (memory == MAP_FAILED) return RegionError::no_memory;
  if (bytes >= 2 << 20) madvise(memory, bytes, MADV_HUGEPAGE);
  if (!have_all_pages(fd, memory, bytes)) {
    munmap(memory, bytes);
    return RegionError::no_memory;
  }
  auto* header = new (memory) Header{};
  header->header_bytes = kHeaderBytes;
  header->bytes = bytes;
  header->counter_buckets = plan.counter_buckets;
  header->ban_buckets = plan.ban_buckets;
  header->ring_records = plan.ring_records;
  header->hash_key = key;
  header->made_monotonic = microseconds(CLOCK_MONOTONIC);
  header->made_realtime = microseconds(CLOCK_REALTIME) / 1'000'000;
  // Last: whoever attaches meanwhile sees no magic and leaves it alone.
  std::atomic_thread_fence(std::memory_order_release);
  std::memcpy(header->magic, kMagic, sizeof kMagic);
  region = Region(header, plan, bytes, true);
  return RegionError::none;
}

RegionError Region::create(const RegionSize& size, Region& region) {
  return make(-1, size, region);
}

RegionError Region::create_at(const char* path, const RegionSize& size, Region& region) {
  unlink(path);
  const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return RegionError::no_memory;
  const RegionError error = make(fd, size, region);
  close(fd);
  if (error != RegionError::none) unlink(path);
  return error;
}

RegionError Region::attach(int fd, bool writable, Region& region) {
  struct stat status{};
  if (fstat(fd, &status) != 0) return RegionError::no_memory;
  if (!S_ISREG(status.st_mode) || status.st_size < off_t{kHeaderBytes})
    return RegionError::not_ours;
  const auto bytes = static_cast<size_t>(status.st_size);
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* memory = mmap(nullptr, bytes, protection, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return RegionError::no_memory;
  const RegionError error = adopt(memory, bytes, region);
  if (error != RegionError::none) {
    munmap(memory, bytes);
  } else {
    region.owned_ = true;
  }
  return error;
}

RegionError Region::adopt(void* memory, size_t bytes, Region& region) {
  if (bytes < kHeaderBytes) return RegionError::not_ours;
  auto* header = static_cast<Header*>(memory);
  const auto read = [](const uint64_t& size) {
    return *static_cast<const volatile uint64_t*>(&size);
  };
  const Sizes sizes{read(header->counter_buckets), read(header->ban_buckets),
                    read(header->ring_records)};
  const RegionError error = check(*header, sizes, bytes);
  if (error == RegionError::none) region = Region(header, sizes, bytes, false);
  return error;
}

CounterTable Region::counters() const {
  return CounterTable({at<Bucket>(*header_, 0), sizes_.counter_buckets});
}

BanTable Region::bans() const {
  const uint64_t offset = sizes_.counter_buckets * sizeof(Bucket);
  return {{at<Bucket>(*header_, offset), sizes_.ban_buckets}, header_->hash_key};
}

EventRing Region::ring() const {
  const uint64_t offset = (sizes_.counter_buckets + sizes_.ban_buckets) * sizeof(Bucket);
  return {header_->ring_head, {at<EventRecord>(*header_, offset), sizes_.ring_records}};
}

ConnectionTable Region::connections() const {
  const uint64_t offset = (sizes_.counter_buckets + sizes_.ban_buckets) * sizeof(Bucket) +
                          sizes_.ring_records * sizeof(EventRecord);
  return {
      {at<Bucket>(*header_, offset), kConnectionBuckets},
      {at<AtomicPair>(*header_, offset + kConnectionBuckets * sizeof(Bucket)), kConnectionJournal},
      header_->hash_key};
}

Ticks Region::now() const {
  const auto elapsed = static_cast<int64_t>(static_cast<uint64_t>(microseconds(CLOCK_MONOTONIC)) -
                                            static_cast<uint64_t>(header_->made_monotonic));
  // Never before the beginning: a table kept on disk over a reboot would say so.
  return elapsed < 0 ? 0 : static_cast<Ticks>(elapsed) * kTicksPerMicrosecond;
}

}  // namespace stockade::limit
