#include "rules/support/question_budget.h"

#include <gtest/gtest.h>

namespace stockade::rules {
namespace {

TEST(QuestionBudget, IsOverdrawnByTheFirstQuestionTooMany) {
  QuestionBudget budget(2);
  EXPECT_TRUE(budget.take());
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.is_overdrawn()) << "all that was to be asked was asked";
  EXPECT_FALSE(budget.take());
  EXPECT_TRUE(budget.is_overdrawn());
  EXPECT_FALSE(budget.take());
}

}  // namespace
}  // namespace stockade::rules
