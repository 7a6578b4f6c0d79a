#include "cli/terminal.h"

#include <fmt/format.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/text.h"

namespace stockade::cli {
namespace {

constexpr uint32_t kNarrowest = 40, kWidest = 160;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

bool wants_colour(std::string_view wish) {
  if (wish == "always") return true;
  if (wish == "never") return false;
  return variable("NO_COLOR").empty() && variable("TERM") != "dumb" && isatty(STDOUT_FILENO) == 1;
}

uint32_t columns(uint32_t wish) {
  if (wish != 0) return wish;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
  const auto told = parse_number(variable("COLUMNS"));
  return told && *told > 0 && *told < 10'000 ? static_cast<uint32_t>(*told) : 80;
}

}  // namespace

Terminal terminal(std::string_view colour_wish, uint32_t width_wish) {
  const bool utf8 = equals_ignoring_case(nl_langinfo(CODESET), "UTF-8");
  return {wants_colour(colour_wish), utf8 && variable("TERM") != "dumb",
          std::clamp(columns(width_wish), kNarrowest, kWidest)};
}

}  // namespace stockade::cli
