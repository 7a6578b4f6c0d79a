#include "report/made_up_report.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "finding/fingerprint.h"
#include "rules/example.h"
#include "rules/reporter.h"

namespace stockade::report {

namespace {

using rules::Reporter;
using rules::Rule;

constexpr std::string_view kMachine = R"conf(
#: version 2.4.57
#: file /srv/shop/.git/HEAD
#: file /etc/apache2/sites-enabled/shop.conf
#| <VirtualHost *:80>
#| 	ServerName shop.example.org
#| 	DocumentRoot "/srv/shop"
#| 	Options Indexes FollowSymLinks
#| </VirtualHost>
#: file /etc/apache2/sites-enabled/api.conf
#| <VirtualHost *:80>
#|     ServerName api.example.org
#|     RewriteEngine On
#|     RewriteRule "^/img/(.*)" "http://$1" [P]
#|     Options Indexes
#| </VirtualHost>
ServerRoot /etc/apache2
Timeout 300
ServerTokens Full
Listen 80
IncludeOptional sites-enabled/*.conf
)conf";

constexpr Severity kCritical = Severity::critical;

Rule rule(std::string_view id, std::string_view family, Severity severity, std::string_view title) {
  return {.id = id,
          .severity = severity,
          .title = title,
          .references = {"CIS 5.2", "CWE-548"},
          .family = family};
}

const conf::Directive& nth(const Snapshot& snapshot, std::string_view name, size_t index) {
  return *snapshot.config.all(name)[index];
}

class Maker {
 public:
  explicit Maker(const Snapshot& snapshot) : snapshot_(snapshot) {}

  template <class Make>
  void add(const Rule& rule, Make make) {
    Reporter reporter(snapshot_, rule);
    make(reporter);
    for (Finding& finding : reporter.findings()) findings.push_back(std::move(finding));
  }

  void add_critical() {
    add(rule("version-control-served", "files", kCritical,
             "The whole history of the source code can be downloaded, secrets included"),
        [&](Reporter& report) {
          const auto& root = nth(snapshot_, "DocumentRoot", 0);
          report.find(root, 0, "/srv/shop holds .git and nothing forbids to fetch it")
              .evidence(root, "served as http://shop.example.org/")
              .evidence("/srv/shop/.git/HEAD", "exists, mode 0644")
              .example("curl http://shop.example.org/.git/HEAD")
              .fix("answer 404 for every .git", FixRisk::safe)
              .insert_after(root, "RedirectMatch 404 \"/\\.git(/|$)\"");
        });
  }

  void add_high() {
    add(rule("proxy-target-from-client", "rewrite", Severity::high,
             "A visitor chooses which host this server fetches from"),
        [&](Reporter& report) {
          report
              .find(nth(snapshot_, "RewriteRule", 0), 1,
                    "the address that is fetched begins with text from the request")
              .fix("name the hosts that may be fetched from", FixRisk::decision);
        });
  }

  void add_medium() {
    add(rule("directory-listing", "access", Severity::medium, "Folders are listed"),
        [&](Reporter& report) {
          for (const size_t i : {0, 1}) {
            const auto& options = nth(snapshot_, "Options", i);
            report.find(options, 0, "folders without an index page are listed")
                .fix("take Indexes out", FixRisk::careful, "sites that list files on purpose")
                .replace_word(options, 0, "-Indexes");
          }
        });
    // What an attacker would put into a file name: a screen wiped, a line of ours faked.
    add(rule("odd-file-name", "files", Severity::medium, "A file has a name that no person gives"),
        [&](Reporter& report) {
          report
              .find_path("/srv/shop/\x1b[2J\x1b[1;1H<script>alert('1')</script>\xe2\x80\xae|x\xff",
                         "its name holds \"control\" characters & `markup`")
              .evidence("a fact | of <the> host\r\nwith a line break");
        });
  }

  void add_low() {
    add(rule("server-tokens-verbose", "disclosure", Severity::low,
             "Every response tells which version of httpd runs here"),
        [&](Reporter& report) {
          const auto& tokens = nth(snapshot_, "ServerTokens", 0);
          report.find(tokens, 0, "the Server header names httpd's version")
              .fix("say the product's name only")
              .replace_word(tokens, 0, "Prod");
        });
    add(rule("timeout-long", "limits", Severity::low, "A slow client holds a worker for minutes"),
        [&](Reporter& report) {
          report.find(nth(snapshot_, "Timeout", 0), 0, "a silent client is kept for 300 s");
        });
    findings.back().suppression = {Suppression::Kind::remark,
                                   "slow uplinks in the field <b>",
                                   "2027-01-31",
                                   {"/etc/apache2/apache2.conf", 2, 0, 0}};
  }

  std::vector<Finding> findings;

 private:
  const Snapshot& snapshot_;
};

void add_comparison(audit::Report& report) {
  report.since = Comparison{};
  report.since->since = "2026-11-23T04:00:00Z";
  report.since->added = {report.findings.front().fingerprint};
  report.since->unchanged = report.findings.size() - 1;
  report.since->fixed = {{"f1", "trace-enabled", Severity::low, "etc/x.conf", 3, "answered TRACE"},
                         {"f2", "trace-enabled", Severity::low, "etc/y.conf", 3, "answered TRACE"}};
}

Snapshot machine_of(std::string_view text) {
  Snapshot snapshot = rules::example_snapshot(*rules::parse_example(text));
  snapshot.hostname = "web1.example.org";
  snapshot.taken_at = "2026-11-24T15:00:00Z";
  return snapshot;
}

}  // namespace

MadeUp made_up_report() {
  MadeUp made{machine_of(kMachine), {}};
  Maker maker(made.snapshot);
  maker.add_critical();
  maker.add_high();
  maker.add_medium();
  maker.add_low();
  made.report.findings = std::move(maker.findings);
  set_fingerprints(made.report.findings);
  made.report.not_checked = {
      {"", "2 .htaccess trees", "permission denied as user tony", "run with sudo"},
      {"worker-can-write", "who may write below /srv/<shop>", "owners are not known", ""}};
  made.report.rules_run = {"directory-listing", "odd-file-name", "trace-enabled",
                           "worker-can-write"};
  made.report.seconds = 0.4;
  add_comparison(made.report);
  return made;
}

MadeUp made_up_clean_report() {
  MadeUp made{machine_of("Timeout 60\n"), {}};
  made.report.rules_run = {"directory-listing", "trace-enabled"};
  made.report.seconds = 0.04;
  return made;
}

MadeUp made_up_large_report(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += fmt::format(
        "<VirtualHost *:80>\n\tServerName shop{}.example.org\n\tOptions Indexes\n</VirtualHost>\n",
        i);
  }
  MadeUp made{machine_of(text), {}};
  Maker maker(made.snapshot);
  for (size_t i = 0; i < count; ++i) {
    const std::string id = fmt::format("rule-{}", i % 50);
    maker.add(rule(id, "access", Severity::medium, "Folders are listed"), [&](Reporter& report) {
      const auto& options = nth(made.snapshot, "Options", i);
      report.find(options, 0, "folders without an index page are listed")
          .evidence(options, "set here for the whole virtual host")
          .fix("take Indexes out", FixRisk::careful, "sites that list files on purpose")
          .replace_word(options, 0, "-Indexes");
    });
  }
  made.report.findings = std::move(maker.findings);
  set_fingerprints(made.report.findings);
  made.report.rules_run = {"directory-listing"};
  return made;
}

void expect_golden(std::string_view name, const std::string& text) {
  namespace fs = std::filesystem;
  const fs::path path =
      fs::path(STOCKADE_SOURCE_DIR) / "tests" / "cases" / "report" / fmt::format("{}.txt", name);
  const char* update = std::getenv("TEST_UPDATE");
  if (update != nullptr && std::string_view(update) == "1") {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is not here; TEST_UPDATE=1 writes it";
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, expected) << "see " << path << "; TEST_UPDATE=1 rewrites it";
}

}  // namespace stockade::report
