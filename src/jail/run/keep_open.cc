#include "jail/run/keep_open.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace stockade::jail {
namespace {

// close_range(2) is of Linux 5.9; nobody has a hundred thousand files open here.
void close_between(unsigned first, unsigned last) {
  if (close_range(first, last, 0) == 0) return;
  for (unsigned fd = first; fd <= std::min(last, 100'000u); ++fd) close(static_cast<int>(fd));
}

}  // namespace

void close_all_but(std::vector<int> kept) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, 0);
  std::sort(kept.begin(), kept.end());
  unsigned from = 3;
  for (const int fd : kept) {
    if (fd < static_cast<int>(from)) continue;
    if (static_cast<unsigned>(fd) > from) close_between(from, static_cast<unsigned>(fd) - 1);
    from = static_cast<unsigned>(fd) + 1;
  }
  close_between(from, ~0u);
}

}  // namespace stockade::jail
