#include "host/layout.h"

#include <gtest/gtest.h>

#include "scratch_tree.h"

namespace stockade::host {
namespace {

struct LayoutCase {
  const char* name;
  std::vector<std::pair<const char*, const char*>> files;  // below --root
  const char* config_option;
  const char* config_file;
  const char* server_root;
  const char* mounted_at;
  const char* vendor;
};

class LayoutOf : public testing::TestWithParam<LayoutCase> {};

TEST_P(LayoutOf, ACopiedTree) {
  const LayoutCase& wanted = GetParam();
  const test::ScratchTree tree;
  for (const auto& [name, text] : wanted.files) tree.write(name, text);
  CollectOptions options;
  options.root = tree.path();
  options.config_file = wanted.config_option;
  const auto layout = find_layout(options);
  ASSERT_TRUE(layout) << layout.error().message();
  EXPECT_EQ(layout->config_file, wanted.config_file);
  EXPECT_EQ(layout->server_root, wanted.server_root);
  EXPECT_EQ(layout->mounted_at, wanted.mounted_at);
  EXPECT_EQ(layout->vendor, wanted.vendor);
  EXPECT_TRUE(open_files(options.root, layout->mounted_at)->read(layout->config_file, 1000));
}

std::string case_name(const testing::TestParamInfo<LayoutCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Copies, LayoutOf,
                         testing::Values(LayoutCase{"Debian",
                                                    {{"/etc/apache2/apache2.conf", ""}},
                                                    "",
                                                    "/etc/apache2/apache2.conf",
                                                    "/etc/apache2",
                                                    "/",
                                                    "debian"},
                                         LayoutCase{"RedHat",
                                                    {{"/etc/httpd/conf/httpd.conf", ""}},
                                                    "",
                                                    "/etc/httpd/conf/httpd.conf",
                                                    "/etc/httpd",
                                                    "/",
                                                    "rhel"},
                                         LayoutCase{"Source",
                                                    {{"/usr/local/apache2/conf/httpd.conf", ""}},
                                                    "",
                                                    "/usr/local/apache2/conf/httpd.conf",
                                                    "/usr/local/apache2",
                                                    "/",
                                                    "source"},
                                         LayoutCase{"FolderOfDebian",
                                                    {{"/apache2.conf", ""}},
                                                    "",
                                                    "/etc/apache2/apache2.conf",
                                                    "/etc/apache2",
                                                    "/etc/apache2",
                                                    "debian"},
                                         LayoutCase{"FolderOfRedHat",
                                                    {{"/conf/httpd.conf",
                                                      "# x\nServerRoot \"/etc/httpd\"\n"}},
                                                    "",
                                                    "/etc/httpd/conf/httpd.conf",
                                                    "/etc/httpd",
                                                    "/etc/httpd",
                                                    "rhel"},
                                         LayoutCase{"ConfFolderOfRedHat",
                                                    {{"/httpd.conf", "ServerRoot /etc/httpd/\n"}},
                                                    "",
                                                    "/etc/httpd/conf/httpd.conf",
                                                    "/etc/httpd",
                                                    "/etc/httpd/conf",
                                                    "rhel"},
                                         LayoutCase{"ConfFolderWithoutRoot",
                                                    {{"/httpd.conf", "Listen 80\n"}},
                                                    "",
                                                    "/usr/local/apache2/conf/httpd.conf",
                                                    "/usr/local/apache2",
                                                    "/usr/local/apache2/conf",
                                                    "source"},
                                         LayoutCase{"TheOneWhoseProgramIsThere",
                                                    {{"/etc/apache2/apache2.conf", ""},
                                                     {"/etc/httpd/conf/httpd.conf", ""},
                                                     {"/usr/sbin/httpd", ""}},
                                                    "",
                                                    "/etc/httpd/conf/httpd.conf",
                                                    "/etc/httpd",
                                                    "/",
                                                    "rhel"},
                                         LayoutCase{"Named",
                                                    {{"/srv/web/conf/my.conf", ""}},
                                                    "/srv/web/conf/my.conf",
                                                    "/srv/web/conf/my.conf",
                                                    "/srv/web",
                                                    "/",
                                                    ""},
                                         LayoutCase{"NamedInAFolder",
                                                    {{"/my.conf", ""}},
                                                    "/srv/web/my.conf",
                                                    "/srv/web/my.conf",
                                                    "/srv/web",
                                                    "/srv/web",
                                                    ""}),
                         case_name);

TEST(Layout, SaysWhereItLooked) {
  const test::ScratchTree tree;
  CollectOptions options;
  options.root = tree.path();
  const auto layout = find_layout(options);
  ASSERT_FALSE(layout);
  EXPECT_NE(layout.error().message().find("/etc/apache2/apache2.conf"), std::string::npos);
  options.root += "/none";
  EXPECT_FALSE(find_layout(options));
  options.root = "";
  options.config_file = tree.path();
  EXPECT_FALSE(find_layout(options)) << "a directory is no configuration";
}

}  // namespace
}  // namespace stockade::host
