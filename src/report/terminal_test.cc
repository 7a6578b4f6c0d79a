#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "report/made_up_report.h"
#include "report/plain_text.h"

namespace stockade::report {
namespace {

using testing::HasSubstr;
using testing::Not;

RenderOptions options(uint32_t width, bool colour, bool unicode, bool all = false) {
  return {colour, unicode, width, all, "2026-11-24T15:00:00Z"};
}

std::string without_colour(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

TEST(Terminal, FirstScreen) {
  const MadeUp made = made_up_report();
  const auto screen = [&](uint32_t width, bool colour, bool unicode) {
    return render_terminal(made.snapshot, made.report, options(width, colour, unicode));
  };
  expect_golden("terminal-80", screen(80, false, true));
  expect_golden("terminal-80-ascii", screen(80, false, false));
  expect_golden("terminal-80-colour", screen(80, true, true));
  expect_golden("terminal-120", screen(120, false, true));
}

TEST(Terminal, FitsItsWindow) {
  for (const MadeUp& made : {made_up_report(), made_up_large_report(500), made_up_clean_report()}) {
    for (const uint32_t width : {80u, 120u}) {
      const std::string text =
          render_terminal(made.snapshot, made.report, options(width, false, true));
      const auto lines = split(text, '\n');
      EXPECT_LE(lines.size(), 25u) << text;  // the last one is empty
      for (const auto line : lines) EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(Terminal, ColourChangesNoWord) {
  const MadeUp made = made_up_report();
  EXPECT_EQ(without_colour(render_terminal(made.snapshot, made.report, options(80, true, true))),
            render_terminal(made.snapshot, made.report, options(80, false, true)));
}

TEST(Terminal, NothingOfTheMachineActsOnTheTerminal) {
  const MadeUp made = made_up_report();
  for (const bool unicode : {true, false}) {
    const std::string text =
        render_terminal(made.snapshot, made.report, options(80, false, unicode, true));
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      EXPECT_TRUE(c == '\n' || (byte >= 0x20 && byte != 0x7f)) << int{byte};
      EXPECT_TRUE(unicode || byte < 0x80) << int{byte};
    }
    EXPECT_THAT(text, HasSubstr("\\x1b[2J"));
    EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  }
}

TEST(Terminal, All) {
  const MadeUp made = made_up_report();
  expect_golden("terminal-80-all",
                render_terminal(made.snapshot, made.report, options(80, false, true, true)));
}

TEST(Terminal, SaysWhatNothingFoundMeans) {
  MadeUp made = made_up_clean_report();
  expect_golden("terminal-80-clean",
                render_terminal(made.snapshot, made.report, options(80, false, true)));
  made.report.not_checked = {{"", "the process table", "permission denied", "run with sudo"}};
  expect_golden("terminal-80-clean-but-unchecked",
                render_terminal(made.snapshot, made.report, options(80, false, true)));
}

}  // namespace
}  // namespace stockade::report
