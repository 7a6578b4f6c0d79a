#include "rules/support/served_trees.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

constexpr std::string_view kSite =
    "#: file /srv/a/x\n#: file /srv/a/img/y\n#: file /srv/a-b/z\n#: file /srv/none\n"
    "DocumentRoot /srv/a/\n"
    "Alias /pics/ /srv/a/img\n"
    "Alias /b /srv/a-b\n"
    "<Location /tools>\n  ScriptAlias cgi\n</Location>\n"
    "UserDir public_html\n"
    "AliasMatch ^/~(.*) /home/$1\n";

TEST(ServedTrees, NamesEachDirectoryAndItsUrl) {
  const Snapshot snapshot = example_snapshot(*parse_example(kSite));
  const ServedTrees& trees = served_trees(snapshot);
  ASSERT_EQ(trees.trees.size(), 4u);
  EXPECT_EQ(trees.trees[0].path, "/etc/apache2/cgi");
  EXPECT_EQ(trees.trees[0].url, "/tools");
  EXPECT_EQ(trees.trees[1].path, "/srv/a");
  EXPECT_EQ(trees.trees[1].url, "/");
  EXPECT_EQ(trees.trees[3].path, "/srv/a/img");
  EXPECT_EQ(trees.trees[3].url, "/pics");
  EXPECT_EQ(trees.unresolved.size(), 2u);
  EXPECT_EQ(trees.serving("/srv/a/img/deep/y"), &trees.trees[3]);
  EXPECT_EQ(trees.serving("/srv/none"), nullptr);
  EXPECT_EQ(url_of(trees.trees[3], "/srv/a/img/y"), "/pics/y");
  EXPECT_EQ(url_of(trees.trees[1], "/srv/a/x"), "/x");
}

TEST(ServedTrees, ListsEachPathOnce) {
  const Snapshot snapshot = example_snapshot(*parse_example(kSite));
  const ServedTrees& trees = served_trees(snapshot);
  std::vector<std::string_view> paths;
  for (const ServedPath& served : served_paths(snapshot, trees)) paths.push_back(served.path);
  EXPECT_EQ(paths, (std::vector<std::string_view>{"/srv/a/img", "/srv/a/img/y", "/srv/a/x",
                                                  "/srv/a-b/z"}));
}

}  // namespace
}  // namespace stockade::rules
