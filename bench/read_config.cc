// read_config FILE: the reader alone. Prints seconds, directives, problems and bytes read.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>

#include "base/live_file_system.h"
#include "conf/evaluate.h"

namespace {

using stockade::conf::Directive;

size_t count(const Directive* first) {
  size_t all = 0;
  for (const Directive* d = first; d != nullptr; d = d->next) all += 1 + count(d->first_child);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: read_config FILE\n");
    return 2;
  }
  stockade::conf::Environment environment;
  environment.config_file = argv[1];
  environment.built_in_modules = stockade::conf::default_built_in_modules();
  const auto start = std::chrono::steady_clock::now();
  const auto config = stockade::conf::evaluate(stockade::LiveFileSystem(), environment);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  uint64_t bytes = 0;
  for (const auto& file : config.files) bytes += file->bytes.size();
  fmt::print("{:.3f} s, {} directives, {} problems, {} files, {} bytes\n", taken.count(),
             count(config.root), config.problems.size(), config.files.size(), bytes);
  if (const auto* verdict = config.verdict()) {
    fmt::print("{}:{}: {}\n", verdict->where, verdict->counted, verdict->message);
  }
  return config.root == nullptr ? 1 : 0;
}
