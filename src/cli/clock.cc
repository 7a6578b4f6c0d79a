#include "cli/clock.h"

#include <ctime>

namespace stockade::cli {
namespace {

std::string formatted(const char* format) {
  const std::time_t moment = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&moment, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::string now() { return formatted("%Y-%m-%dT%H:%M:%SZ"); }
std::string today() { return formatted("%Y-%m-%d"); }

}  // namespace stockade::cli
