#include "host/snapshot.h"

#include <gtest/gtest.h>

namespace stockade::host {
namespace {

TEST(PathTable, ListsWhatIsBelowADirectoryOnly) {
  PathTable table;
  for (const char* path : {"/srv", "/srv/a", "/srv/a-b", "/srv/a/c", "/srv/a/c/d", "/srva"}) {
    table.put(path, {});
  }
  std::vector<std::string_view> names;
  for (const auto& [path, facts] : table.below("/srv/a")) names.push_back(path);
  EXPECT_EQ(names, (std::vector<std::string_view>{"/srv/a/c", "/srv/a/c/d"}));
  EXPECT_EQ(table.below("/").size(), 6u);
  EXPECT_NE(table.find("/srv/a"), nullptr);
  EXPECT_EQ(table.find("/srv/b"), nullptr);
}

TEST(PathTable, TheNearestWalkDecides) {
  PathTable table;
  table.put_walk("/srv", true);
  table.put_walk("/srv/huge", false);
  EXPECT_TRUE(table.walked("/srv/shop/img"));
  EXPECT_FALSE(table.walked("/srv/huge/x"));
  EXPECT_FALSE(table.walked("/var"));
}

TEST(Snapshot, FindsAccountsByNameAndNumber) {
  Snapshot snapshot;
  snapshot.accounts = {{"www-data", 33, 33, "", "", {}}};
  snapshot.groups = {{"staff", 50, {}}};
  EXPECT_EQ(snapshot.account("www-data")->uid, 33u);
  EXPECT_EQ(snapshot.account(33)->name, "www-data");
  EXPECT_EQ(snapshot.account("root"), nullptr);
  EXPECT_EQ(snapshot.group("staff")->gid, 50u);
}

}  // namespace
}  // namespace stockade::host
