#include "rules/support/front_proxy.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

FrontProxy proxy_of(std::string_view text) {
  return front_proxy(example_snapshot(*parse_example(text)));
}

TEST(FrontProxy, IsSeenByItsSocketOrItsHeader) {
  EXPECT_FALSE(proxy_of("Listen 80\n").seen);
  EXPECT_TRUE(proxy_of("#: socket 0.0.0.0:443 haproxy\nListen 127.0.0.1:81\n").on_this_machine);
  EXPECT_FALSE(proxy_of("#: socket 127.0.0.1:80 nginx\nListen 8080\n").seen);
  EXPECT_FALSE(proxy_of("#: socket 0.0.0.0:80 apache2\nListen 80\n").seen);
  constexpr std::string_view kFormat = "LogFormat \"%{X-Forwarded-For}i %t\" proxied\n";
  EXPECT_FALSE(proxy_of(kFormat).seen) << "nobody uses it";
  const FrontProxy used = proxy_of(std::string(kFormat) + "CustomLog /var/log/x proxied\n");
  EXPECT_TRUE(used.seen);
  EXPECT_FALSE(used.on_this_machine);
}

}  // namespace
}  // namespace stockade::rules
