#include "report/incidents_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stockade::report {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr logs::Micros kDay = 86'400 * logs::kSecond, kNow = 20'000 * kDay;

IncidentsView of_a_week() {
  IncidentsView view;
  view.since = kNow - 7 * kDay;
  view.now = kNow;
  view.read_until = {{"/var/log/auth.log", kNow}};
  return view;
}

TEST(IncidentsPage, IsAllClearOnlyWhereSomebodyLooked) {
  IncidentsView view = of_a_week();
  EXPECT_THAT(render_incidents(view, {}), HasSubstr("Nothing that was recognised"));
  view.read_until["/var/log/late.log"] = kNow - kDay;
  EXPECT_THAT(render_incidents(view, {}), HasSubstr("late.log was last read at 2024-10-"));
  EXPECT_THAT(render_incidents(view, {}), Not(HasSubstr("auth.log was last read")));
  view.read_until.clear();
  EXPECT_THAT(render_incidents(view, {}), HasSubstr("the watcher has not read any log yet"));
  EXPECT_THAT(render_incidents(view, {}), Not(HasSubstr("Nothing that was recognised")));
}

TEST(IncidentsPage, SaysWhatCameBefore) {
  IncidentsView view = of_a_week();
  EXPECT_THAT(render_incidents(view, {}), Not(HasSubstr("before that")));
  view.older = 1897;
  EXPECT_THAT(render_incidents(view, {}), HasSubstr("1,897 before that; --since shows them"));
}

}  // namespace
}  // namespace stockade::report
