#include "jail/verify/attempt.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stockade::jail {
namespace {

// In a jail the number of a process outside may be that of the attempt itself.
TEST(Attempt, IsNotMisledByAProcessOfTheSameNumber) {
  const Attempt* attempt = find_attempt("signal-outside");
  ASSERT_NE(attempt, nullptr);
  AttemptWorld world;
  world.outside_process = getpid();
  world.outside_started = started_at(getpid());
  ASSERT_GT(world.outside_started, 0);
  EXPECT_EQ(attempt->run(world), kOpen);
  --world.outside_started;
  EXPECT_EQ(attempt->run(world), ESRCH);

  const pid_t ended = fork();
  if (ended == 0) _exit(0);
  waitpid(ended, nullptr, 0);
  world.outside_process = ended;
  EXPECT_EQ(attempt->run(world), ESRCH);
}

TEST(Attempt, IsJudgedByWhatTheJailStandsOn) {
  Ground ground;
  ground.landlock = 7;
  const auto judged = [&](const char* line, Role role) {
    return *read_attempt_line(line, role, ground);
  };
  EXPECT_TRUE(judged("cut-log 0", Role::master).is_unexpected());
  EXPECT_FALSE(judged("cut-log 13", Role::master).is_unexpected());
  ground.landlock = 2;
  EXPECT_FALSE(judged("cut-log 0", Role::master).is_unexpected());
  EXPECT_TRUE(judged("cut-log 0", Role::master).is_lost);
  EXPECT_TRUE(judged("mount-memory 0", Role::worker).is_unexpected())
      << "no kernel is too old for that";
  ground.own_network = false;
  EXPECT_TRUE(judged("send-datagrams 0", Role::worker).is_lost);
  EXPECT_FALSE(judged("send-datagrams -1", Role::worker).is_unexpected());
  EXPECT_FALSE(read_attempt_line("no-such-attempt 0", Role::worker, ground));
}

}  // namespace
}  // namespace stockade::jail
