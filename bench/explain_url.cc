// explain_url FILE [COUNT]: what one prediction of a request costs once the configuration is read.
// Prints the mean and the slowest of COUNT requests (1000), in microseconds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/live_file_system.h"
#include "conf/effective/effective.h"
#include "conf/evaluate.h"

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  using Microseconds = std::chrono::duration<double, std::micro>;
  if (argc < 2) {
    fmt::print(stderr, "usage: explain_url FILE [COUNT]\n");
    return 2;
  }
  const int count = argc > 2 ? std::max(1, std::atoi(argv[2])) : 1000;
  const stockade::LiveFileSystem files;
  stockade::conf::Environment environment;
  environment.config_file = argv[1];
  environment.built_in_modules = stockade::conf::default_built_in_modules();
  const auto config = stockade::conf::evaluate(files, environment);
  const auto servers = stockade::conf::collect_servers(config);
  const char* const targets[] = {"/", "/admin/", "/a/b/c/d.php?x=1", "/.git/config",
                                 "/static/x.css"};
  double total = 0;
  double slowest = 0;
  for (int i = 0; i < count; ++i) {
    const auto& server = servers.all[static_cast<size_t>(i) % servers.all.size()];
    stockade::conf::Request request;
    request.address = "192.0.2.80";
    request.host = server.name.empty() ? "localhost" : server.name;
    request.target = targets[i % 5];
    request.client = "203.0.113.9";
    const auto start = Clock::now();
    const auto effective = stockade::conf::predict({config, servers, files, 20471, {}}, request);
    const double taken = Microseconds(Clock::now() - start).count();
    total += taken;
    slowest = std::max(slowest, taken);
    if (effective.vhost.empty()) return 1;
  }
  fmt::print("{} requests, mean {:.0f} us, slowest {:.0f} us\n", count, total / count, slowest);
  return 0;
}
