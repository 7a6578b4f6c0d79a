#include "jail/confine/system_calls.h"

#include <gtest/gtest.h>
#include <linux/filter.h>

#include <algorithm>

namespace stockade::jail {
namespace {

bool allows(FilterKind kind, std::string_view name) {
  const auto all = allowed_calls(kind, {});
  return std::find(all.begin(), all.end(), name) != all.end();
}

TEST(SystemCalls, AreFew) {
  const size_t whole = allowed_calls(FilterKind::whole, {}).size();
  const size_t worker = allowed_calls(FilterKind::worker, {}).size();
  std::cout << "NOTE: system calls allowed in a jail: " << whole << ", in a worker: " << worker
            << "\n";
  EXPECT_LE(whole, 140u);
  EXPECT_LE(worker, 80u);
}

TEST(SystemCalls, OfAWorkerStartNothing) {
  for (const std::string_view name :
       {"execve", "execveat", "fork", "vfork", "setuid", "ptrace", "bind", "mount", "chmod"}) {
    EXPECT_FALSE(allows(FilterKind::worker, name)) << name;
  }
  EXPECT_TRUE(allows(FilterKind::worker, "pselect6"))
      << "without it httpd kills running CGIs at once";
}

TEST(SystemCalls, BecomeAFilterOfTheKernels) {
  for (const FilterKind kind : {FilterKind::whole, FilterKind::worker, FilterKind::php_worker}) {
    const auto filter = make_filter(kind, {});
    ASSERT_TRUE(filter) << filter.error().message();
    EXPECT_EQ(filter->size() % sizeof(sock_filter), 0u);
    EXPECT_LE(filter->size() / sizeof(sock_filter), size_t{BPF_MAXINSNS});
  }
}

}  // namespace
}  // namespace stockade::jail
