#include "rules/reporter.h"

#include <gtest/gtest.h>

#include "finding/apply.h"
#include "rules/example.h"

namespace stockade::rules {
namespace {

constexpr Rule kRule{.id = "some-rule",
                     .severity = Severity::high,
                     .title = "Something is so",
                     .references = {},
                     .family = "access"};

Snapshot snapshot_of(std::string_view text) {
  Example example = *parse_example("");
  example.text = text;
  return example_snapshot(example);
}

// The main file after the fix that `edit` puts together.
std::string fixed(std::string_view text, void (*edit)(const Snapshot&, Draft)) {
  const Snapshot snapshot = snapshot_of(text);
  Reporter reporter(snapshot, kRule);
  edit(snapshot, reporter.find_missing("m").fix("f"));
  const std::string path(kExampleConfigFile);
  const auto result =
      apply_edits({{path, std::string(text)}}, reporter.findings().front().fix->edits);
  return result ? result->at(path) : result.error().message();
}

const conf::Directive& first(const Snapshot& snapshot, std::string_view name) {
  return *snapshot.config.all(name).front();
}

constexpr std::string_view kHost =
    "<VirtualHost *:80>\n\tServerName shop.example\n\t<Directory /srv>\n\t\tOptions \\\n"
    "Indexes\n\t</Directory>\n</VirtualHost>\n";

TEST(Reporter, FillsInWhatTheRuleAndThePlaceSay) {
  const Snapshot snapshot = snapshot_of(kHost);
  Reporter reporter(snapshot, kRule);
  reporter.find(first(snapshot, "Options"), 0, "lists")
      .evidence(first(snapshot, "ServerName"), "e");
  const Finding& finding = reporter.findings().front();
  EXPECT_EQ(finding.rule, "some-rule");
  EXPECT_EQ(finding.family, "access");
  EXPECT_EQ(finding.severity, Severity::high);
  EXPECT_EQ(finding.why, "Something is so");
  EXPECT_EQ(finding.place, (Place{std::string(kExampleConfigFile), 5, 1, 7}));
  EXPECT_EQ(finding.excerpt, "Indexes");
  EXPECT_EQ(finding.server, "shop.example:80");
  EXPECT_EQ(finding.directive_path, "VirtualHost shop.example:80 > Directory /srv > Options");
  EXPECT_EQ(finding.argument, "Indexes");
  EXPECT_EQ(finding.evidence.front().excerpt, "\tServerName shop.example");
}

TEST(Reporter, PointsAtASectionByItsBracketAndAtTheMainFileAsAWhole) {
  const Snapshot snapshot = snapshot_of(kHost);
  Reporter reporter(snapshot, kRule);
  reporter.find_missing(snapshot.servers.virtual_hosts()[0], "m");
  reporter.find_missing(snapshot.servers.main(), "m");
  reporter.find_path("/srv/x", "m");
  EXPECT_EQ(reporter.findings()[0].place, (Place{std::string(kExampleConfigFile), 1, 1, 12}));
  EXPECT_EQ(reporter.findings()[1].place, (Place{std::string(kExampleConfigFile), 0, 0, 0}));
  EXPECT_EQ(reporter.findings()[2].place, (Place{"/srv/x", 0, 0, 0}));
}

TEST(Draft, ReplacesAWordAndALine) {
  EXPECT_EQ(fixed("  ServerTokens  \"Full\"\n",
                  [](const Snapshot& s, Draft d) {
                    d.replace_word(first(s, "ServerTokens"), 0, "Prod");
                  }),
            "  ServerTokens  Prod\n");
  EXPECT_EQ(fixed("\tServerTokens \\\n Full\r\nTimeout 5\r\n",
                  [](const Snapshot& s, Draft d) {
                    d.replace(first(s, "ServerTokens"), "# why\nServerTokens Prod");
                  }),
            "\t# why\n\tServerTokens Prod\r\nTimeout 5\r\n");
}

TEST(Draft, RemovesWholeLinesAndSections) {
  const auto remove_options = [](const Snapshot& s, Draft d) { d.remove(first(s, "Options")); };
  const auto remove_section = [](const Snapshot& s, Draft d) {
    d.remove(*s.config.all_sections("Directory").front());
  };
  EXPECT_EQ(fixed(kHost, remove_options),
            "<VirtualHost *:80>\n\tServerName shop.example\n\t<Directory /srv>\n"
            "\t</Directory>\n</VirtualHost>\n");
  EXPECT_EQ(fixed(kHost, remove_section),
            "<VirtualHost *:80>\n\tServerName shop.example\n</VirtualHost>\n");
}

TEST(Draft, InsertsWithTheIndentationOfTheNeighbours) {
  EXPECT_EQ(fixed(kHost,
                  [](const Snapshot& s, Draft d) {
                    const auto& section = *s.config.all_sections("Directory").front();
                    d.insert_before(section, "A 1").insert_after(section, "B 1\nB 2");
                    d.insert_first(section, "C 1").insert_last(section, "D 1");
                  }),
            "<VirtualHost *:80>\n\tServerName shop.example\n\tA 1\n\t<Directory /srv>\n\t\tC 1\n"
            "\t\tOptions \\\nIndexes\n\t\tD 1\n\t</Directory>\n\tB 1\n\tB 2\n</VirtualHost>\n");
  EXPECT_EQ(fixed("<Directory /srv>\n</Directory>\n",
                  [](const Snapshot& s, Draft d) {
                    d.insert_last(*s.config.all_sections("Directory").front(), "Options None");
                  }),
            "<Directory /srv>\n    Options None\n</Directory>\n");
}

TEST(Draft, AppendsEvenWhereTheLastLineHasNoEnd) {
  const auto append = [](const Snapshot&, Draft d) { d.append_to_main_file("Timeout 60"); };
  EXPECT_EQ(fixed("", append), "Timeout 60\n");
  EXPECT_EQ(fixed("Timeout 5\n", append), "Timeout 5\nTimeout 60\n");
  EXPECT_EQ(fixed("Timeout 5", append), "Timeout 5\nTimeout 60\n");
  EXPECT_EQ(fixed("A 1\r\nB 2", append), "A 1\r\nB 2\r\nTimeout 60\r\n");
}

}  // namespace
}  // namespace stockade::rules
