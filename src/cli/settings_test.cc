#include "cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "scratch_tree.h"

namespace stockade::cli {
namespace {

using testing::HasSubstr;

// One variable of the environment for the time of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

struct SettingsOf : testing::Test {
  test::ScratchTree folder;
  Variable settings{"STOCKADE_SETTINGS", folder.path().c_str()};
};

TEST_F(SettingsOf, AFileIsOverruledByTheEnvironment) {
  folder.write("/stockade.toml", "[audit]\nprofile = \"cis\"\nfail-on = \"low\"\n");
  const Variable profile("STOCKADE_PROFILE", "stig");
  const auto read = load_settings();
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->at("audit.profile").text(), "stig");
  EXPECT_EQ(read->at("audit.profile").origin, "STOCKADE_PROFILE");
  EXPECT_EQ(read->at("audit.fail-on").text(), "low");
  EXPECT_THAT(read->at("audit.fail-on").origin, HasSubstr("stockade.toml:3"));
}

TEST_F(SettingsOf, ASlipInAVariableIsRefused) {
  const Variable slip("STOCKADE_PROFLE", "cis");
  const auto read = load_settings();
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message(), HasSubstr("STOCKADE_PROFILE"));
}

// The prefix that all share must not make every name look like a slip.
TEST_F(SettingsOf, SomebodyElsesVariableIsNone) {
  for (const char* name : {"STOCKADE_TEST_MODE", "STOCKADE_HOME", "STOCKADE_CI_JOB_NUMBER"}) {
    const Variable other(name, "1");
    EXPECT_TRUE(load_settings()) << name;
  }
}

TEST_F(SettingsOf, AnUnknownKeyIsRefusedWithItsPlace) {
  folder.write("/conf.d/10-mine.toml", "\n[audit]\nprofil = \"cis\"\n");
  const auto read = load_settings();
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message(), HasSubstr("10-mine.toml:3"));
  EXPECT_THAT(read.error().message(), HasSubstr("audit.profile"));
}

TEST_F(SettingsOf, AWrongValueIsRefusedWithWhatIsAccepted) {
  const Variable colour("STOCKADE_COLOR", "green");
  const auto read = load_settings();
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message(), HasSubstr("auto, always, never"));
}

}  // namespace
}  // namespace stockade::cli
