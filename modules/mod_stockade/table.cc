#include "mod_stockade/table.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include "mod_stockade/config.h"

namespace stockade::module::table {

namespace {

constexpr char kRetainedKey[] = "mod_stockade_table";

struct Retained {
  void* memory = nullptr;
  size_t bytes = 0;
  uint64_t asked_bytes = 0;  // StockadeTableSize it was made for
};

limit::Region* the_region = nullptr;
uint8_t places[limit::kMaxRules];

// A file that may be unlinked to make room for a new table: one of Stockade's, or one that a crash
// left half made, which is all zeros. Anything else belongs to somebody.
bool may_replace(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno == ENOENT;
  struct stat status{};
  char magic[8] = {};
  const bool is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  const ssize_t got = is_file ? pread(fd, magic, sizeof magic, 0) : -1;
  close(fd);
  constexpr char kZero[8] = {};
  return is_file && (got == 0 || (got == 8 && (std::memcmp(magic, "STOCKADE", 8) == 0 ||
                                               std::memcmp(magic, kZero, 8) == 0)));
}

// Bans outlive a full restart and a change of size; counters do not.
void copy_bans(apr_pool_t* pool, server_rec* s, const limit::Region& from,
               const limit::Region& to) {
  const limit::Seconds then = from.seconds();
  const limit::BanTable bans = from.bans();
  constexpr size_t kMost = 65536;
  auto* list = static_cast<limit::Ban*>(apr_palloc(pool, kMost * sizeof(limit::Ban)));
  const size_t all = bans.list({list, kMost}, then);
  const size_t count = all < kMost ? all : kMost;
  limit::BanTable made = to.bans();
  for (size_t i = 0; i < count; ++i) {
    limit::Ban ban;
    made.add(list[i].network, list[i].reason, list[i].until - then, to.seconds(), ban);
  }
  if (count == 0) return;
  to.header().any_ban.store(1, std::memory_order_release);
  ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, "stockade: kept %lu bans of the table before",
               static_cast<unsigned long>(count));
}

void copy_bans_of_file(apr_pool_t* pool, server_rec* s, int fd, const limit::Region& to) {
  struct stat status{};
  if (fstat(fd, &status) != 0 || status.st_uid != geteuid() || (status.st_mode & 077) != 0) return;
  limit::Region old;
  const limit::RegionError error = limit::Region::attach(fd, false, old);
  if (error == limit::RegionError::none) {
    copy_bans(pool, s, old, to);
  } else {
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                 "stockade: the table before is not taken over (%s): a new one is made",
                 limit::to_string(error));
  }
}

bool make_in_file(apr_pool_t* pool, server_rec* s, const limit::RegionSize& size,
                  limit::Region& made) {
  if (global_config().table_file == nullptr) return false;
  const char* path = ap_runtime_dir_relative(pool, global_config().table_file);
  if (path == nullptr || !may_replace(path)) {
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                 "stockade: %s is no table of Stockade and is left alone; the table is in memory "
                 "only, and the command \"stockade limit\" cannot see it",
                 path == nullptr ? global_config().table_file : path);
    return false;
  }
  const int before = ::open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  const limit::RegionError error = limit::Region::create_at(path, size, made);
  if (error == limit::RegionError::none) {
    if (before >= 0) copy_bans_of_file(pool, s, before, made);
  } else {
    ap_log_error(APLOG_MARK, APLOG_WARNING, errno, s,
                 "stockade: could not make the table in %s; it is in memory only, and the command "
                 "\"stockade limit\" cannot see it",
                 path);
  }
  if (before >= 0) close(before);
  return error == limit::RegionError::none;
}

// The memory of the last generation, if it is sound.
bool take(apr_pool_t* pool, server_rec* s, Retained& retained, limit::Region& region) {
  if (retained.memory == nullptr) return false;
  const limit::RegionError error = limit::Region::adopt(retained.memory, retained.bytes, region);
  if (error != limit::RegionError::none) {
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s,
                 "stockade: the table cannot be kept: %s; a new one "
                 "is made",
                 limit::to_string(error));
    retained.memory = nullptr;
    return false;
  }
  if (retained.asked_bytes == global_config().table_bytes) return true;
  limit::Region made;
  limit::RegionSize size;
  size.counter_bytes = global_config().table_bytes;
  if (!make_in_file(pool, s, size, made) &&
      limit::Region::create(size, made) != limit::RegionError::none) {
    return true;  // the old one goes on
  }
  copy_bans(pool, s, region, made);
  munmap(retained.memory, retained.bytes);
  region = static_cast<limit::Region&&>(made);
  return true;
}

}  // namespace

const limit::Region* open(apr_pool_t* pool, server_rec* s) {
  auto* retained = static_cast<Retained*>(ap_retained_data_get(kRetainedKey));
  if (retained == nullptr) {
    retained = new (ap_retained_data_create(kRetainedKey, sizeof(Retained))) Retained{};
  }
  // In a pool: a static object would want a destructor when httpd unloads the module.
  auto* region = new (apr_palloc(pool, sizeof(limit::Region))) limit::Region;
  the_region = nullptr;
  if (!take(pool, s, *retained, *region)) {
    limit::RegionSize size;
    size.counter_bytes = global_config().table_bytes;
    if (!make_in_file(pool, s, size, *region) &&
        limit::Region::create(size, *region) != limit::RegionError::none) {
      ap_log_error(APLOG_MARK, APLOG_CRIT, errno, s,
                   "stockade: no memory for the table (StockadeTableSize): nothing is limited");
      return nullptr;
    }
  }
  retained->memory = region->memory();
  retained->bytes = region->bytes();
  retained->asked_bytes = global_config().table_bytes;
  region->release();
  the_region = region;
  return region;
}

const limit::Region* current() { return the_region; }

uint8_t region_index(uint8_t class_index) { return places[class_index % limit::kMaxRules]; }

const char* name_of(uint8_t index) {
  if (the_region == nullptr || index >= limit::kMaxRules) return nullptr;
  const char* name = the_region->header().rules[index].name;
  return name[0] == '\0' ? nullptr : name;
}

void name_classes(const limit::Region& region) {
  auto& rules = region.header().rules;
  bool taken[limit::kMaxRules] = {};
  bool placed[limit::kMaxRules] = {};
  const auto put = [&](uint8_t index, size_t at) {
    places[index] = static_cast<uint8_t>(at);
    taken[at] = placed[index] = true;
    apr_cpystrn(rules[at].name, classes::name_of(index), sizeof rules[at].name);
    rules[at].cost.store(0, std::memory_order_relaxed);
    rules[at].depth.store(0, std::memory_order_relaxed);
  };
  for (uint8_t i = 0; i < kFirstNamed; ++i) {
    places[i] = i;
    if (classes::name_of(i) != nullptr) put(i, i);
  }
  // First those that stand there already, then the new ones: in a free place, or that of a class
  // that is gone.
  for (uint8_t i = kFirstNamed; i < limit::kMaxRules; ++i) {
    const char* name = classes::name_of(i);
    for (size_t at = kFirstNamed; name != nullptr && at < limit::kMaxRules; ++at) {
      if (std::strncmp(rules[at].name, name, sizeof rules[at].name) == 0) put(i, at);
    }
  }
  for (const bool only_free : {true, false}) {
    for (uint8_t i = kFirstNamed; i < limit::kMaxRules; ++i) {
      if (placed[i] || classes::name_of(i) == nullptr) continue;
      for (size_t at = kFirstNamed; at < limit::kMaxRules && !placed[i]; ++at) {
        if (!taken[at] && (!only_free || rules[at].name[0] == '\0')) put(i, at);
      }
    }
  }
}

}  // namespace stockade::module::table
