#include "rules/support/server_mappings.h"

#include <gtest/gtest.h>

#include "rules/example.h"
#include "rules/support/root_files.h"

namespace stockade::rules {
namespace {

TEST(ServerMappings, FollowHttpdsOrder) {
  const Snapshot snapshot = example_snapshot(
      *parse_example("Alias /a /main\nDocumentRoot /srv\n"
                     "<VirtualHost *:80>\nAlias /a/ /own/\nProxyPass /p http://127.0.0.1:1/\n"
                     "</VirtualHost>\n"));
  const ServerMappings mappings(snapshot, snapshot.servers.all.back());
  EXPECT_EQ(mappings.path_of("/a/x"), "/own/x");
  EXPECT_EQ(mappings.path_of("/ab"), "/srv/ab");
  EXPECT_TRUE(mappings.is_passed_on("/p/x"));
  EXPECT_FALSE(mappings.is_passed_on("/px"));
}

TEST(PipedProgram, IsTheFirstWord) {
  EXPECT_EQ(piped_program("|/usr/bin/rotatelogs /x 1"), "/usr/bin/rotatelogs");
  EXPECT_EQ(piped_program("||/bin/a"), "/bin/a");
  EXPECT_EQ(piped_program("|$/bin/a b"), "/bin/a");
  EXPECT_EQ(piped_program("logs/access"), "");
  EXPECT_EQ(piped_program("|rotatelogs x"), "");
}

}  // namespace
}  // namespace stockade::rules
