#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/live_file_system.h"
#include "base/text.h"
#include "jail/elf/closure.h"
#include "jail/elf/elf_file.h"
#include "jail/elf/loader_cache.h"
#include "output_of.h"

namespace stockade::jail {
namespace {

using test::output_of;

std::string bytes_of(const std::string& path) {
  return LiveFileSystem().read(path, 512 << 20).value_or("");
}

TEST(Elf, ReadsThisProgramAsReadelfDoes) {
  const auto file = read_elf(bytes_of("/proc/self/exe"), "this");
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_NE(file->interpreter.find("ld-linux"), std::string::npos);
  EXPECT_THAT(file->needed, testing::Contains("libc.so.6"));
  const std::string told = output_of("readelf -d /proc/" + std::to_string(getpid()) + "/exe");
  size_t count = 0;
  for (size_t at = told.find("(NEEDED)"); at != std::string::npos;
       at = told.find("(NEEDED)", at + 1))
    ++count;
  if (!told.empty()) {
    EXPECT_EQ(file->needed.size(), count);
  }
}

TEST(Elf, RefusesWhatIsCutAnywhere) {
  const std::string whole = bytes_of("/proc/self/exe").substr(0, 1 << 16);
  for (size_t size = 0; size < whole.size(); size = size * 2 + 1)
    (void)read_elf(whole.substr(0, size), "cut");
  EXPECT_FALSE(read_elf("", "empty"));
  EXPECT_FALSE(read_elf("#!/bin/sh\n", "script"));
  EXPECT_FALSE(read_elf(whole.substr(0, 70), "cut"));
  EXPECT_TRUE(read_loader_cache("glibc-ld.so.cache1.1").empty());
}

// The loader itself is the judge.
TEST(Elf, FindsWhatTheLoaderFinds) {
  const std::string program = output_of("command -v bash || true");
  const std::string path(trim(program));
  if (path.empty()) GTEST_SKIP() << "no program to look at";
  const LiveFileSystem files;
  Closure own(files);
  ASSERT_TRUE(own.add(resolve_links(files, path)));
  EXPECT_TRUE(own.unresolved().empty());
  const std::string told = output_of("ldd " + path);
  for (const Library& library : own.libraries()) {
    EXPECT_NE(told.find(std::string(file_name(library.path))), std::string::npos)
        << library.path << "\n"
        << told;
  }
  size_t arrows = 0;
  for (size_t at = told.find("=> /"); at != std::string::npos; at = told.find("=> /", at + 1))
    ++arrows;
  size_t found = 0;
  for (const Library& library : own.libraries())
    found += library.path.find("ld-linux") == std::string::npos ? 1 : 0;
  EXPECT_EQ(found, arrows) << told;
}

}  // namespace
}  // namespace stockade::jail
