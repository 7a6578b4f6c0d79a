// The commands that ask what httpd does, on trees made for them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"

namespace stockade::e2e {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kModules =
    "LoadModule mpm_event_module m.so\nLoadModule authz_core_module m.so\nLoadModule "
    "authz_host_module m.so\n"
    "LoadModule alias_module m.so\nLoadModule headers_module m.so\nLoadModule mime_module m.so\n"
    "LoadModule dir_module m.so\nLoadModule autoindex_module m.so\nListen 80\n"
    "<Directory />\nAllowOverride None\n</Directory>\n";

// A copied tree with one virtual host.
class Tree {
 public:
  Tree(const std::string& name, const std::string& inside)
      : path_(testing::TempDir() + "stockade-matrix-" + name) {
    fs::remove_all(path_);
    write("etc/apache2/apache2.conf",
          fmt::format("{}<VirtualHost *:80>\nServerName shop.example\nDocumentRoot /srv/shop\n{}"
                      "</VirtualHost>\n",
                      kModules, inside));
    write("srv/shop/index.html", "x");
    write("srv/shop/admin/index.html", "x");
  }
  ~Tree() { fs::remove_all(path_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  const std::string& path() const { return path_; }

 private:
  void write(const std::string& file, const std::string& text) const {
    const fs::path path = path_ + "/" + file;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    fs::permissions(path, fs::perms(0644));
  }
  std::string path_;
};

constexpr const char* kGuarded = "<Location /admin>\nRequire ip 10.0.0.0/8\n</Location>\n";

std::string answer(const json& told, const std::string& label, const std::string& client) {
  for (const json& row : told["vhosts"][0]["classes"]) {
    if (row["class"] == label) return row["clients"][client]["answer"];
  }
  return "no such class";
}

TEST(Matrix, TellsWhoGetsWhat) {
  const Tree tree("one", kGuarded);
  const Outcome run = stockade("matrix --root '" + tree.path() + "' --format json");
  const auto told = json::parse(run.output, nullptr, false);
  ASSERT_FALSE(told.is_discarded()) << run.output;
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_EQ(told["schema"], "stockade/matrix/1");
  EXPECT_EQ(answer(told, "everything else", "anyone"), "open");
  EXPECT_EQ(answer(told, "/admin and below", "anyone"), "denied");
  EXPECT_EQ(answer(told, "/admin and below", "10.0.0.0/8"), "open");
  const Outcome table = stockade("matrix --root '" + tree.path() + "' --color never");
  EXPECT_THAT(table.output, testing::HasSubstr("/admin and below"));
  EXPECT_THAT(stockade("matrix --root '" + tree.path() + "' --format markdown").output,
              testing::HasSubstr("| /admin and below | denied |"));
}

TEST(Diff, WiderAccessIsExitCodeOne) {
  const Tree before("before", kGuarded);
  const Tree after("after", "Header set X-A 1\n");
  const Outcome run =
      stockade(fmt::format("diff '{}' '{}' --format json", before.path(), after.path()));
  const auto told = json::parse(run.output, nullptr, false);
  ASSERT_FALSE(told.is_discarded()) << run.output;
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(told["wider"], true);
  EXPECT_EQ(told["changes"][0]["class"], "/admin and below");
  EXPECT_EQ(told["changes"][0]["before"], "denied");
  EXPECT_EQ(told["changes"][0]["before_by"]["line"], 17);
  EXPECT_EQ(stockade(fmt::format("diff '{}' '{}'", after.path(), before.path())).status, 0);
}

TEST(Diff, OtherTextWithTheSameEffectIsNoChange) {
  const Tree before("text1", kGuarded);
  const Tree after("text2", "# a remark\n<Location \"/admin\">\n  Require ip 10\n</Location>\n");
  const Outcome run = stockade(fmt::format("diff '{}' '{}'", before.path(), after.path()));
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_THAT(run.output, testing::HasSubstr("no change in effect"));
}

TEST(Diff, TakesSnapshots) {
  const Tree tree("snapshot", kGuarded);
  const std::string file = testing::TempDir() + "stockade-matrix-snapshot.json";
  ASSERT_EQ(stockade(fmt::format("snapshot --root '{}' --output '{}'", tree.path(), file)).status,
            0);
  const Outcome run = stockade(fmt::format("diff '{}' '{}' --format json", tree.path(), file));
  const auto told = json::parse(run.output, nullptr, false);
  fs::remove(file);
  ASSERT_FALSE(told.is_discarded()) << run.output;
  EXPECT_EQ(told["changes"].size(), 0u) << run.output;
  EXPECT_GT(told["classes_compared"], 1) << run.output;
}

TEST(Diff, MistakesAreToldAsSuch) {
  EXPECT_EQ(stockade("diff /nonexistent").status, 2);
  EXPECT_EQ(stockade("diff /nonexistent /nonexistent").status, 2);
}

TEST(WhyNot, NamesTheLineAndWhatWouldHaveToChange) {
  const Tree tree("why", kGuarded);
  const Outcome run =
      stockade(fmt::format("explain http://shop.example/admin/ --from 203.0.113.9 --root '{}' "
                           "--why-not 200 --format json",
                           tree.path()));
  const auto told = json::parse(run.output, nullptr, false);
  ASSERT_FALSE(told.is_discarded()) << run.output;
  EXPECT_EQ(told["why_not"]["reached"], false);
  ASSERT_GE(told["why_not"]["obstacles"].size(), 1u) << run.output;
  EXPECT_EQ(told["why_not"]["obstacles"][0]["line"], 17);
  EXPECT_EQ(stockade("explain http://shop.example/ --why-not nothing").status, 2);
}

}  // namespace
}  // namespace stockade::e2e
