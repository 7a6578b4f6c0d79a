// bench/limit's client.
//   limit_load rate PORT CONNECTIONS PER_SECOND SECONDS [HEADER]   a flood, spread and paced
//   limit_load requests PORT N [HEADER]                            N on one connection
//   limit_load connections PORT N                                  N connections of one request
//   limit_load fast PORT CONNECTIONS SECONDS ADDRESSES   as fast as it goes; 0: no address is told
//   limit_load beside PORT SECONDS ADDRESSES             an attacker and a user beside a crowd
//   limit_load bans TABLE N                              a new table with N bans
//   limit_load ban TABLE NUMBER                          one more
// Prints: passed denied(403, 429, 503) unanswered seconds
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "limit/limiter.h"
#include "limit/protected_networks.h"
#include "load_client.h"

namespace {

using stockade::module_test::Answer;
using stockade::module_test::Load;
using stockade::module_test::Tally;

void print(const Tally& tally) {
  std::printf("%lu %lu %lu %.3f\n", tally.of(200), tally.of(429) + tally.of(403) + tally.of(503),
              tally.broken, tally.elapsed);
}

Tally one_by_one(int port, int count) {
  Tally tally;
  for (int i = 0; i < count; ++i) {
    const Answer answer = stockade::module_test::get(port, "/f.txt");
    if (answer.status == 0) {
      ++tally.broken;
    } else {
      ++tally.by_status[answer.status];
    }
  }
  return tally;
}

namespace limit = stockade::limit;

limit::Network banned(uint64_t number) {
  return limit::Client::from_ipv4(static_cast<uint32_t>(0x0B000000 + number)).network(32);
}

bool ban(const limit::Region& region, uint64_t number) {
  limit::Ban made;
  return limit::Limiter(region, {})
             .ban(banned(number), limit::BanReason::manual, 3600, region.now(), made) ==
         limit::BanTable::Added::banned;
}

int make_bans(const char* path, uint64_t count) {
  limit::Region region;
  if (limit::Region::create_at(path, {}, region) != limit::RegionError::none) return 1;
  limit::tell_protected(region.header(), {});
  uint64_t made = 0;
  for (uint64_t i = 0; i < count; ++i) made += ban(region, i) ? 1 : 0;
  std::printf("%lu\n", made);
  return 0;
}

int ban_one(const char* path, uint64_t number) {
  const int fd = open(path, O_RDWR | O_CLOEXEC);
  limit::Region region;
  const auto error = limit::Region::attach(fd, true, region);
  close(fd);
  return error == limit::RegionError::none && ban(region, number) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 3 ? argv[1] : "";
  Load load;
  if (what == "connections") {
    print(one_by_one(std::atoi(argv[2]), std::atoi(argv[3])));
    return 0;
  }
  if (what == "bans") return make_bans(argv[2], std::strtoul(argv[3], nullptr, 10));
  if (what == "ban") return ban_one(argv[2], std::strtoul(argv[3], nullptr, 10));
  if (what == "beside" && argc > 4) {
    const auto beside = stockade::module_test::offer_beside_a_crowd(
        std::atoi(argv[2]), std::atof(argv[3]), std::strtoul(argv[4], nullptr, 10));
    print(beside.attacker);
    print(beside.user);
    print(beside.crowd);
    return 0;
  }
  if (what == "fast" && argc > 5) {
    load.port = std::atoi(argv[2]);
    load.connections = std::atoi(argv[3]);
    load.seconds = std::atof(argv[4]);
    load.addresses = std::strtoul(argv[5], nullptr, 10);
    print(stockade::module_test::offer(load));
    return 0;
  }
  const bool by_rate = what == "rate" && argc > 5;
  if (!by_rate && what != "requests") {
    std::fputs(
        "limit_load rate|requests|connections|fast|beside|bans|ban ...: see the top of its "
        "source\n",
        stderr);
    return 2;
  }
  load.port = std::atoi(argv[2]);
  load.connections = by_rate ? std::atoi(argv[3]) : 1;
  load.per_second = by_rate ? std::atof(argv[4]) : 0;
  load.seconds = by_rate ? std::atof(argv[5]) : 600;
  if (!by_rate) load.most = static_cast<uint64_t>(std::atol(argv[3]));
  const int header = by_rate ? 6 : 4;
  if (argc > header) load.headers = std::string(argv[header]) + "\r\n";
  print(stockade::module_test::offer(load));
  return 0;
}
