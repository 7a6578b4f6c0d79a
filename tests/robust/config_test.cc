// What may lie where a configuration points: nothing of it may stop the program, and what it says
// names the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "program.h"
#include "site.h"

namespace stockade::robust {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> rules_of(const nlohmann::json& report) {
  std::vector<std::string> rules;
  for (const auto& finding : report["findings"]) rules.push_back(finding["rule"]);
  return rules;
}

TEST(RobustConfig, FifosInAnIncludeGlob) {
  const Site site("IncludeOptional c/*.conf\nTraceEnable On");
  ASSERT_EQ(mkfifo(site.outside(Site::in_c("a.conf")).c_str(), 0644), 0);
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(refusals(report),
              ElementsAre(AllOf(HasSubstr("etc/apache2/apache2.conf:2"),
                                HasSubstr("/etc/apache2/c/a.conf: not a regular file"))));
  EXPECT_THAT(rules_of(report), Contains("trace-enabled"));  // the rest is read
}

TEST(RobustConfig, ASocketInAnIncludeGlob) {
  const Site site("Include c/*.conf");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = site.outside(Site::in_c("a.conf"));
  ASSERT_LT(name.size(), sizeof address.sun_path);
  name.copy(address.sun_path, name.size());
  const int made = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_THAT(refusals(audit({"--root", site.path()})),
              ElementsAre(HasSubstr("Could not open configuration file /etc/apache2/c/a.conf")));
  close(made);
}

TEST(RobustConfig, ADeviceWithoutEnd) {
  const Site site("Include c/*.conf");
  // Of the live machine, where the link leads to the real one.
  const std::string main = site.outside("/main.conf");
  site.link(Site::in_c("zero.conf"), "/dev/zero");
  site.write("/main.conf", "Include " + site.path() + "/etc/apache2/c/*.conf\n");
  EXPECT_THAT(refusals(audit({"--config", main})),
              Contains(HasSubstr("c/zero.conf: not a regular file")));
  // In a copy it leads nowhere.
  EXPECT_THAT(refusals(audit({"--root", site.path()})),
              ElementsAre(HasSubstr("c/zero.conf: No such file or directory")));
}

TEST(RobustConfig, LinksThatLeadBackToThemselves) {
  const Site site("Include c/*.conf\nInclude d");
  site.link(Site::in_c("a.conf"), "b.conf");
  site.link(Site::in_c("b.conf"), "a.conf");
  site.link("/etc/apache2/d/up", ".");
  EXPECT_THAT(refusals(audit({"--root", site.path()})),
              ElementsAre(HasSubstr("c/a.conf: Too many levels of symbolic links"),
                          HasSubstr("c/b.conf: Too many levels of symbolic links"),
                          HasSubstr("exceeds the maximum include directory nesting level of 20")));
}

TEST(RobustConfig, ALinkOutOfAPartialCopy) {
  const Site site("");
  site.make_directory("/copy/c");
  site.write("/copy/apache2.conf", "Include c/*.conf\nTraceEnable On\n");
  site.link("/copy/c/a.conf", "/usr/share/phpmyadmin/apache.conf");
  const auto report = audit({"--root", site.outside("/copy")});
  EXPECT_THAT(refusals(report), IsEmpty());  // httpd may well find it
  EXPECT_THAT(not_checked(report), Contains(AllOf(HasSubstr("c/a.conf"), HasSubstr("outside"))));
  EXPECT_THAT(rules_of(report), Contains("trace-enabled"));
}

TEST(RobustConfig, NamesThatAreNoText) {
  const Site site("Include c/*.conf\nInclude \"c/\xc3(.none\"");
  site.write(Site::in_c("\xff\xfe.conf"), "TraceEnable On\nTimeut \xff\n");
  site.write(Site::in_c("a\nb.conf"), "ServerSignature On\n# \xe4\xf6\n");
  for (const std::string format :
       {"json", "jsonl", "sarif", "html", "markdown", "junit", "prometheus", "terminal"}) {
    const Outcome outcome = run({"audit", "--format", format, "--root", site.path()});
    EXPECT_EQ(outcome.status, 1) << format << outcome.errors;
    // The JSON library refuses to write what is no UTF-8, so it judges every format.
    EXPECT_NO_THROW(static_cast<void>(nlohmann::json(outcome.output).dump())) << format;
  }
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(refusals(report), Contains(HasSubstr("Timeut")));
  const Outcome taken = run({"snapshot", "--root", site.path()});
  EXPECT_EQ(taken.status, 0);
  EXPECT_FALSE(nlohmann::json::parse(taken.output, nullptr, false).is_discarded());
}

TEST(RobustConfig, ALineAboveHttpdsLimit) {
  const Site site("Include c/*.conf");
  const std::string longest(16 * 1024 * 1024, 'x');
  site.write(Site::in_c("a.conf"), "ServerAdmin " + longest + "\nTraceEnable On\n");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(refusals(report), ElementsAre(HasSubstr("c/a.conf:1 httpd refuses")));
  EXPECT_THAT(rules_of(report), Contains("trace-enabled"));
  EXPECT_LT(report.dump().size(), 200'000u);
  for (const std::string format : {"terminal", "html", "markdown", "sarif", "junit"}) {
    EXPECT_LT(run({"audit", "--format", format, "--root", site.path()}).output.size(), 2'000'000u)
        << format;
  }
}

TEST(RobustConfig, ALineJustBelowThatLimit) {
  const Site site("Include c/*.conf");
  const std::string longest(16 * 1024 * 1024 - 100, 'x');
  site.write(Site::in_c("a.conf"), longest + " On\nTraceEnable On\n");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(refusals(report), ElementsAre(HasSubstr("Invalid command 'xxx")));
  EXPECT_LT(report.dump().size(), 200'000u);
}

TEST(RobustConfig, BytesOfEveryValue) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += static_cast<char>((i * 7919 + i / 256) % 256);
  const Site site("Include c/*.conf");
  site.write(Site::in_c("a.conf"), text);
  EXPECT_THAT(refusals(audit({"--root", site.path()})), Contains(HasSubstr("httpd refuses")));
}

TEST(RobustConfig, NestingBeyondTheBoundIsNotChecked) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "<Directory /a>\n";
  for (int i = 0; i < 100'000; ++i) text += "</Directory>\n";
  const Site site(text + "TraceEnable On");
  const auto report = audit({"--root", site.path()});
  EXPECT_THAT(not_checked(report), Contains(HasSubstr("sections nest more than 512 deep")));
  EXPECT_THAT(not_checked(report),
              Contains(HasSubstr("the parts of the configuration that could not be read")));
  EXPECT_THAT(rules_of(report), Contains("trace-enabled"));
}

TEST(RobustConfig, AMissingMainFileIsAUsageError) {
  const Site site("");
  const Outcome outcome = run({"audit", "--root", site.path(), "--config", "/etc/none.conf"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("/etc/none.conf"));
}

}  // namespace
}  // namespace stockade::robust
