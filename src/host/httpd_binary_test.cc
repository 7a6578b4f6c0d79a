#include "host/httpd_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockade::host {
namespace {

std::string program(std::string_view strings) {
  std::string bytes =
      "\x7f"
      "ELF";
  bytes += '\0';
  for (char c : strings) bytes += c == '|' ? '\0' : c;
  return bytes + '\0';
}

TEST(HttpdBinary, SaysWhatItWasBuiltAs) {
  const HttpdBinary binary = read_httpd_binary(program(
      "Apache/2.4.62|Apache/2.4.62 (Debian)|Apache/2.4| -D HTTPD_ROOT=\"/etc/apache2\"\n|"
      " -D SERVER_CONFIG_FILE=\"apache2.conf\"\n|core_module|so_module|no http_module here|"));
  EXPECT_EQ(binary.version, 20462u);
  EXPECT_EQ(binary.banner, "Apache/2.4.62 (Debian)");
  EXPECT_EQ(binary.server_root, "/etc/apache2");
  EXPECT_EQ(binary.config_file, "apache2.conf");
  EXPECT_THAT(binary.built_in, testing::UnorderedElementsAre("core_module", "so_module"));
}

TEST(HttpdBinary, BelievesNoOtherFile) {
  EXPECT_EQ(read_httpd_binary("#!/bin/sh\nApache/2.4.62").version, 0u);
  EXPECT_EQ(read_httpd_binary("").version, 0u);
  EXPECT_EQ(read_httpd_binary(program("Apache/2.four.1|core_module|")).built_in.size(), 0u);
  EXPECT_EQ(read_httpd_binary(program("Apache/2.4.62\x01x|")).version, 0u);
  EXPECT_EQ(read_httpd_binary("\x7f"
                              "ELF Apache/2.4.62")
                .version,
            0u)
      << "no end";
  EXPECT_EQ(read_httpd_binary(program("Apache/2.4.62| -D HTTPD_ROOT=\"/etc|")).server_root, "/etc");
}

TEST(HttpdBinary, KnowsVersions) {
  EXPECT_EQ(parse_httpd_version("2.4.6"), 20406u);
  EXPECT_EQ(parse_httpd_version("2.5.1-dev"), 20501u);
  for (const char* text : {"", "2.4", "2.4.x", "2.4.100", "2..1"}) {
    EXPECT_EQ(parse_httpd_version(text), 0u) << text;
  }
}

}  // namespace
}  // namespace stockade::host
