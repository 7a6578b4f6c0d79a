#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "report/json.h"
#include "report/made_up_report.h"

namespace stockade::report {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

RenderOptions sarif_options() { return {.now = "2026-11-24T15:00:00Z"}; }

Json sarif_of(const MadeUp& made) {
  return Json::parse(render_sarif(made.snapshot, made.report, sarif_options()));
}

// The OASIS schema is not part of the project.
fs::path schema_file() {
  const char* given = std::getenv("TEST_SARIF_SCHEMA");
  if (given != nullptr) return given;
  return fs::path(STOCKADE_SOURCE_DIR) / ".." / "shared" / "data" / "sarif" /
         "sarif-schema-2.1.0.json";
}

std::string verdict_of_schema(const Json& document) {
  const fs::path file = fs::temp_directory_path() / fmt::format("stockade-{}.sarif", getpid());
  std::ofstream(file) << document.dump();
  const fs::path script = fs::path(STOCKADE_SOURCE_DIR) / "tests" / "report" / "check_schema.py";
  const std::string command = fmt::format("python3 -W ignore '{}' '{}' '{}' 2>&1", script.string(),
                                          schema_file().string(), file.string());
  std::string output;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) output.push_back(static_cast<char>(c));
    pclose(pipe);
  }
  fs::remove(file);
  return output;
}

TEST(Sarif, IsValidAgainstTheSchemaOfOasis) {
  if (!fs::exists(schema_file())) {
    fmt::print("NOTE: the SARIF schema is not here ({}): not validated\n", schema_file().string());
    GTEST_SKIP();
  }
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
    fmt::print("NOTE: python3-jsonschema is not here: SARIF is not validated\n");
    GTEST_SKIP();
  }
  for (const MadeUp& made : {made_up_report(), made_up_clean_report()}) {
    EXPECT_EQ(verdict_of_schema(sarif_of(made)), "valid\n");
  }
  // The judge has to be able to say no.
  Json wrong_level = sarif_of(made_up_report());
  wrong_level["runs"][0]["results"][0]["level"] = "fatal";
  EXPECT_THAT(verdict_of_schema(wrong_level), StartsWith("invalid: runs/0/results/0/level"));
  Json line_zero = sarif_of(made_up_report());
  line_zero["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0;
  EXPECT_THAT(verdict_of_schema(line_zero), HasSubstr("startLine"));
  Json no_message = sarif_of(made_up_report());
  no_message["runs"][0]["results"][0].erase("message");
  EXPECT_THAT(verdict_of_schema(no_message), StartsWith("invalid"));
}

TEST(Sarif, SaysWhereWhatAndHowToMendIt) {
  const Json run = sarif_of(made_up_report())["runs"][0];
  const Json& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "version-control-served");
  EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()]["id"],
            "version-control-served");
  EXPECT_EQ(result["level"], "error");
  EXPECT_EQ(result["baselineState"], "new");
  const Json& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "etc/apache2/sites-enabled/shop.conf");
  EXPECT_EQ(place["artifactLocation"]["uriBaseId"], "ROOT");
  EXPECT_EQ(run["originalUriBaseIds"]["ROOT"]["uri"], "file:///");
  EXPECT_EQ(place["region"]["startLine"], 3);
  EXPECT_EQ(place["region"]["startColumn"], 15);
  EXPECT_EQ(place["region"]["endColumn"], 26);
  const Json& replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0];
  EXPECT_EQ(replacement["insertedContent"]["text"], "\tRedirectMatch 404 \"/\\.git(/|$)\"\n");
  EXPECT_EQ(replacement["deletedRegion"]["startLine"], 4);
  EXPECT_EQ(replacement["deletedRegion"]["startColumn"], 1);
  EXPECT_EQ(replacement["deletedRegion"],
            (Json{{"startLine", 4}, {"startColumn", 1}, {"endLine", 4}, {"endColumn", 1}}));
}

TEST(Sarif, CarriesRemarksGapsPagesAndOddNames) {
  const Json run = sarif_of(made_up_report())["runs"][0];
  const Json& accepted = run["results"].back()["suppressions"][0];
  EXPECT_EQ(accepted["kind"], "inSource");
  EXPECT_EQ(accepted["justification"], "slow uplinks in the field <b>");
  EXPECT_TRUE(run["results"][0]["suppressions"].empty());
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 2u);
  EXPECT_EQ(
      run["results"][4]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
      "srv/shop/%1B%5B2J%1B%5B1%3B1H%3Cscript%3Ealert%28%271%27%29%3C/script%3E%E2%80%AE%7Cx%FF");
  for (const Json& rule : run["tool"]["driver"]["rules"]) {
    if (rule["id"] != "trace-enabled") continue;
    EXPECT_THAT(rule["help"]["markdown"].get<std::string>(), HasSubstr("## Why it matters"));
    EXPECT_EQ(rule["properties"]["tags"][1], "access");
    return;
  }
  FAIL() << "a rule that found nothing is not listed";
}

TEST(Sarif, UnderRootPathsAreRelativeToIt) {
  MadeUp made = made_up_report();
  made.snapshot.root = "/mnt/copy of web1";
  made.snapshot.mounted_at = "/etc/apache2";
  const Json run = sarif_of(made)["runs"][0];
  EXPECT_EQ(run["originalUriBaseIds"]["ROOT"]["uri"], "file:///mnt/copy%20of%20web1/");
  EXPECT_EQ(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "sites-enabled/shop.conf");
}

}  // namespace
}  // namespace stockade::report
