// A table file of anything: attached or refused, and whatever it holds then neither crashes a
// reader nor a writer. The file begins as a good one; the input overwrites parts of it.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "limit/limiter.h"
#include "limit/network_text.h"
#include "limit/protected_networks.h"
#include "require.h"

namespace {

using namespace stockade::limit;  // NOLINT: one file

// Of each 12 bytes: where (4) and what (8).
void damage(int fd, off_t size, const uint8_t* data, size_t bytes) {
  for (; bytes >= 12; data += 12, bytes -= 12) {
    uint32_t where = 0;
    std::memcpy(&where, data, sizeof where);
    const off_t at = static_cast<off_t>(where) % (size - 8);
    if (pwrite(fd, data + 4, 8, at) != 8) return;
  }
}

void read_all(const Region& region) {
  std::vector<Ban> bans(64);
  const size_t count = region.bans().list(bans, 5);
  char text[kNetworkText];
  for (size_t i = 0; i < count && i < bans.size(); ++i) to_text(bans[i].network, text);
  uint64_t tail = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto reading = region.ring().read(tail, (i & 1) != 0);
    if (!reading.got && reading.missed == 0 && (i & 1) != 0) break;
  }
  std::vector<AddressRange> ranges(kMaxProtected);
  read_protected(region.header(), ranges);
  for (uint8_t i = 0; i < kMaxRules; ++i) totals_of(region.header(), i);
  region.counters().owing(region.now());
}

void write_all(const Region& region) {
  Limiter limiter(region, {});
  const Rule rule{.index = 3, .rate = make_rate(2, 1, 2)};
  for (uint32_t client = 0; client < 20; ++client) {
    for (int i = 0; i < 8; ++i) limiter.check(Client::from_ipv4(client), {&rule, 1}, region.now());
  }
  Ban ban;
  limiter.ban({0x20010db8ULL << 32, 64, false}, BanReason::manual, 9, region.now(), ban);
  limiter.unban({0x20010db8ULL << 32, 64, false}, region.now());
  auto connections = region.connections();
  auto opened = connections.opened(Client::from_ipv4(9).network(32), 77);
  connections.closed(opened.entry);
  connections.forget_process(77);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("table", MFD_CLOEXEC);
  static Region good;
  if (!good.valid()) Region::create({4096, 4096, 64}, good);
  const auto bytes = static_cast<off_t>(good.bytes());
  if (write(fd, good.memory(), good.bytes()) != bytes) __builtin_trap();
  damage(fd, bytes, data, size);
  if (size % 7 == 6) (void)!ftruncate(fd, static_cast<off_t>(size) * 4096);
  Region region;
  const RegionError error = Region::attach(fd, true, region);
  close(fd);
  stockade::fuzz::require((error == RegionError::none) == region.valid(), "refused or attached");
  if (region.valid()) {
    read_all(region);
    write_all(region);
    read_all(region);
  }
  return 0;
}
