#include "host/envvars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockade::host {
namespace {

struct Case {
  const char* text;
  Variables values;
  std::vector<std::string> undecided;
};

class Envvars : public testing::TestWithParam<Case> {};

TEST_P(Envvars, AreReadWithoutAShell) {
  const ShellVariables read = parse_envvars(GetParam().text, {{"DIR", "/etc/apache2-two"}});
  Variables expected = GetParam().values;
  expected.insert({"DIR", "/etc/apache2-two"});
  EXPECT_EQ(read.values, expected);
  EXPECT_EQ(read.undecided, GetParam().undecided);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Envvars,
    testing::Values(
        Case{"export A=b\nC=d # why\n#E=f\nexport A\n", {{"A", "b"}, {"C", "d"}}, {}},
        Case{"A='x $B' B=\"y;z\" ; C=1", {{"A", "x $B"}, {"B", "y;z"}, {"C", "1"}}, {}},
        Case{"A=1\nunset A\nB=${A:-two}\nC=$B/x\nD=${B%o}",
             {{"B", "two"}, {"C", "two/x"}, {"D", "tw"}},
             {}},
        Case{
            "if [ \"${DIR##/etc/apache2-}\" != \"${DIR}\" ] ; then\n S=\"-${DIR##/etc/apache2-}\"\n"
            "else\n S=\nfi\nexport P=/run/apache2$S/x",
            {{"S", "-two"}, {"P", "/run/apache2-two/x"}},
            {}},
        Case{"if [ -z \"$NONE\" ]; then A=1; else A=2; fi", {{"A", "1"}}, {}},
        Case{"if [ -n \"$NONE\" ]; then A=1; elif [ a = a ]; then A=2; else A=3; fi",
             {{"A", "2"}},
             {}},
        Case{"A=$(hostname)\nB=x$A\nC=`id`\nD=1", {{"D", "1"}}, {"A", "B", "C"}},
        Case{"if [ -f /etc/x ]; then A=1; else B=1; fi\nC=1", {{"C", "1"}}, {"A", "B"}},
        Case{"A=$(x)\nA=sure", {{"A", "sure"}}, {}},
        Case{". /etc/default/locale\nulimit -n 8192\nA=\\\n1", {{"A", "1"}}, {}}));

TEST(Envvars, DoNotGrowWithoutEnd) {
  std::string text = "A=xxxxxxxxxxxxxxxx\n";
  for (int i = 0; i < 100; ++i) text += "A=$A$A\n";
  EXPECT_THAT(parse_envvars(text, {}).undecided, testing::ElementsAre("A"));
}

TEST(Sysconfig, HoldsAssignments) {
  EXPECT_EQ(parse_sysconfig("# x\nOPTIONS=\"-D FOO -DBAR\"\nLANG=C\nnonsense\n"),
            (Variables{{"OPTIONS", "-D FOO -DBAR"}, {"LANG", "C"}}));
}

TEST(HttpdOptions, AreThoseThatChangeTheConfiguration) {
  const HttpdOptions options = parse_httpd_options(
      "-D FOO -DBAR -k start -f /srv/h.conf -d /srv -C 'Listen 81' -c \"Timeout 5\" -D");
  EXPECT_THAT(options.defines, testing::ElementsAre("FOO", "BAR"));
  EXPECT_EQ(options.config_file, "/srv/h.conf");
  EXPECT_EQ(options.server_root, "/srv");
  EXPECT_THAT(options.before, testing::ElementsAre("Listen 81"));
  EXPECT_THAT(options.after, testing::ElementsAre("Timeout 5"));
}

}  // namespace
}  // namespace stockade::host
