// bench/limit's client.
//   limit_load rate PORT CONNECTIONS PER_SECOND SECONDS [HEADER]   a flood, spread and paced
//   limit_load requests PORT N [HEADER]                            N on one connection
//   limit_load connections PORT N                                  N connections of one request
// Prints: passed denied(403, 429, 503) unanswered seconds
#include <cstdio>
#include <cstdlib>
#include <string>

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

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 3 ? argv[1] : "";
  Load load;
  if (what == "connections") {
    print(one_by_one(std::atoi(argv[2]), std::atoi(argv[3])));
    return 0;
  }
  const bool by_rate = what == "rate" && argc > 5;
  if (!by_rate && what != "requests") {
    std::fputs("limit_load rate|requests|connections ...: see the top of its source\n", stderr);
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
