// Against what others annotated: fail2ban's lines, CrowdSec's scenarios, ten thousand real requests
// of an ordinary site. The data lies beside the checkout, where it is there.
#include <gtest/gtest.h>
#include <scratch_tree.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "logs/scan/scanner.h"

namespace stockade::logs {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(STOCKADE_SOURCE_DIR) / ".." / "shared" / "data" / "logs";

struct Annotated {
  std::string text;
  bool matches = false;
  std::string host;
};

// "# failJSON: {"match": true, "host": ...}" before each line. Lines whose annotation holds in one
// of fail2ban's modes only are left out: another annotation of the same line says the opposite.
std::vector<Annotated> annotated_lines(const fs::path& path) {
  std::vector<Annotated> lines;
  std::ifstream in(path);
  nlohmann::json annotation;
  for (std::string line; std::getline(in, line);) {
    constexpr std::string_view kMark = "failJSON: ";
    const size_t mark = line.find(kMark);
    if (line.starts_with("#")) {
      if (mark != std::string::npos)
        annotation = nlohmann::json::parse(line.substr(mark + kMark.size()));
      continue;
    }
    if (line.find_first_not_of(" \r") == std::string::npos) continue;
    if (annotation.contains("constraint") &&
        annotation["constraint"].get<std::string>().find("mode") != std::string::npos) {
      annotation = {};
    }
    Annotated result{line, false, ""};
    if (annotation.is_object()) {
      result.matches = annotation.value("match", false);
      result.host = annotation.value("host", "");
    } else {
      result.host = "?";
    }
    lines.push_back(result);
    annotation = {};
  }
  return lines;
}

// What is answered otherwise than annotated, and why.
bool is_explained(const std::string& line) {
  // mod_evasive's refusals are annotated both ways, by mode; they are no failed logins.
  if (line.find("[evasive20:error]") != std::string::npos) return true;
  // A secret address that opens a port: a site's own rule, no attack.
  return line.find("GET /knocking/") != std::string::npos;
}

struct Agreement {
  int must = 0, found = 0, must_not = 0, explained = 0;
};

class Conformance : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = Matcher::create();
    ASSERT_TRUE(made) << made.error().message();
    matcher = *made;
  }

  LogSummary scan(const std::string& path) {
    book = std::make_unique<IncidentBook>();
    events.clear();
    Scanner scanner(matcher, *book, [&](const Event& event) { events[event.line] = event; });
    return scanner.scan({path, {}}, 0, 1, nullptr);
  }
  bool accuses(const std::string& source) const {
    const auto all = book->by_weight();
    return std::any_of(all.begin(), all.end(),
                       [&](const Incident* i) { return i->source == source; });
  }

  // Holds the events of one of fail2ban's logs against its annotations; with `whole` every line
  // that must match has to.
  void expect_agreement(const fs::path& path, Agreement& all, bool whole = true) {
    const std::vector<Annotated> lines = annotated_lines(path);
    const test::ScratchTree tree;
    const std::string copy = tree.path() + "/log";
    {
      std::ofstream out(copy);
      for (const Annotated& line : lines) out << line.text << "\n";
    }
    const LogSummary summary = scan(copy);
    if (whole) {
      EXPECT_EQ(summary.understood, summary.lines) << path;
    }
    for (size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].host == "?") continue;
      if (is_explained(lines[i].text)) {
        ++all.explained;
        continue;
      }
      const auto event = events.find(i + 1);
      const bool found = event != events.end();
      (lines[i].matches ? all.must : all.must_not) += 1;
      if (found && lines[i].matches) ++all.found;
      if (whole || !lines[i].matches) {
        EXPECT_EQ(found, lines[i].matches) << path.filename() << ": " << lines[i].text;
      }
      if (!found || !event->second.has_source || lines[i].host.empty()) continue;
      EXPECT_EQ(event->second.source.text(),
                Ip::parse(lines[i].host).value_or(event->second.source).text())
          << lines[i].text;
    }
  }

  std::shared_ptr<const Matcher> matcher;
  std::unique_ptr<IncidentBook> book;
  std::map<uint64_t, Event> events;
};

TEST_F(Conformance, Fail2banAgreesBothWays) {
  if (!fs::exists(kData)) GTEST_SKIP() << "shared data is not here";
  Agreement all;
  for (const auto& entry : fs::directory_iterator(kData / "fail2ban"))
    expect_agreement(entry.path(), all);
  std::cout << "NOTE: fail2ban's lines: " << all.must << " that must match, " << all.must_not
            << " that must not, " << all.explained << " explained\n";
  EXPECT_GE(all.must, 290);
  EXPECT_GE(all.must_not, 90);
}

// The logs that Debian's fail2ban brings for its own tests, of every service whose logins are read.
// Those of dovecot, exim, postfix and nginx hold lines on refused mail and bad handshakes beside
// them, so they are held to what must not match alone.
TEST_F(Conformance, Fail2banOfDebianAgreesOnOtherServices) {
  const fs::path logs = "/usr/lib/python3/dist-packages/fail2ban/tests/files/logs";
  if (!fs::exists(logs)) GTEST_SKIP() << "fail2ban is not here";
  Agreement all;
  for (const char* name :
       {"vsftpd", "wuftpd", "proftpd", "pure-ftpd", "courier-auth", "cyrus-imap", "sieve",
        "sendmail-auth", "uwimap-auth", "dropbear", "phpmyadmin-syslog", "webmin-auth",
        "roundcube-auth", "drupal-auth", "nginx-botsearch", "nginx-limit-req", "php-url-fopen"})
    expect_agreement(logs / name, all);
  Agreement part;
  for (const char* name : {"dovecot", "exim", "nginx-http-auth"})
    expect_agreement(logs / name, part, false);
  std::cout << "NOTE: fail2ban's lines of other services: " << all.must << " that must match, "
            << all.must_not + part.must_not << " that must not; of " << part.must
            << " in mixed logs " << part.found << " were recognised\n";
  EXPECT_GE(all.must, 90);
  EXPECT_GE(part.found, 60);
}

// Alerts that are not raised, each with its reason.
const std::map<std::string, std::string> kNotRaised = {
    {"sshd-impossible-travel-user vagrant",
     "two logins with a key from far networks: without a map of the world that is what automation "
     "does too"},
};

TEST_F(Conformance, CrowdSecsScenariosAreRecognised) {
  if (!fs::exists(kData)) GTEST_SKIP() << "shared data is not here";
  int alerts = 0, missed = 0;
  const std::regex source(
      "results\\[\\d+\\]\\.Overflow\\.Sources\\[\"([^\"]+)\"\\]\\.GetValue\\(\\)");
  for (const auto& entry : fs::directory_iterator(kData / "hub")) {
    std::ifstream assertions(entry.path() / "scenario.assert");
    const std::string text((std::istreambuf_iterator<char>(assertions)), {});
    for (const auto& file : fs::directory_iterator(entry.path())) {
      if (file.path().extension() == ".log") scan(file.path().string());
    }
    for (std::sregex_iterator at(text.begin(), text.end(), source), end; at != end; ++at) {
      const std::string wanted = (*at)[1];
      ++alerts;
      if (accuses(wanted)) continue;
      ++missed;
      const std::string key = entry.path().filename().string() + " " + wanted;
      EXPECT_TRUE(kNotRaised.contains(key)) << key << " is not recognised";
    }
    // A log that only a parser is tested with shows nothing to be alarmed about.
    if (text.empty() && entry.path().filename().string().ends_with("-fp")) {
      EXPECT_EQ(book->size(), 0U) << entry.path();
    }
  }
  std::cout << "hub: " << alerts - missed << " of " << alerts << " alerts\n";
  EXPECT_GE(alerts, 41);
}

TEST_F(Conformance, AnOrdinarySiteHasNoIncident) {
  if (!fs::exists(kData)) GTEST_SKIP() << "shared data is not here";
  const LogSummary summary = scan((kData / "benign" / "access.log").string());
  EXPECT_EQ(summary.understood, 10'000U);
  EXPECT_EQ(book->size(), 0U);
}

// Of real servers, unlabelled as to attacks: every line has a known form.
TEST_F(Conformance, LoghubsLinesAreUnderstood) {
  if (!fs::exists(kData)) GTEST_SKIP() << "shared data is not here";
  for (const char* name : {"Apache_2k.log", "OpenSSH_2k.log"}) {
    const LogSummary summary = scan((kData / "loghub" / name).string());
    EXPECT_EQ(summary.understood, summary.lines) << name << ": " << summary.first_not_understood;
  }
}

}  // namespace
}  // namespace stockade::logs
