#include "program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

extern char** environ;

namespace stockade::robust {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  Pipe() { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    for (int end : ends) close(end);
  }
  std::array<int, 2> ends{-1, -1};
};

// The descriptor stands for the program: its path may be closed to the user who runs it.
[[noreturn]] void become(int program, std::vector<char*> arguments, std::optional<unsigned> as,
                         int output, int errors) {
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  if (chdir("/") != 0) _exit(126);
  if (as) {
    if (setgroups(0, nullptr) != 0 || setgid(*as) != 0 || setuid(*as) != 0) _exit(126);
  }
  arguments.push_back(nullptr);
  fexecve(program, arguments.data(), environ);
  _exit(127);
}

// Until both streams end; false where the bound is reached first.
bool collect(Pipe& output, Pipe& errors, Outcome& outcome) {
  const auto end = Clock::now() + std::chrono::seconds(kBoundSeconds);
  std::array<pollfd, 2> streams{pollfd{output.ends[0], POLLIN, 0},
                                pollfd{errors.ends[0], POLLIN, 0}};
  const std::array<std::string*, 2> texts{&outcome.output, &outcome.errors};
  std::array<char, 65536> buffer{};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return false;
    if (poll(streams.data(), streams.size(), static_cast<int>(left.count())) < 0) return false;
    for (size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      const ssize_t got = read(streams[i].fd, buffer.data(), buffer.size());
      if (got > 0) texts[i]->append(buffer.data(), static_cast<size_t>(got));
      if (got <= 0) streams[i].fd = -1;
    }
  }
  return true;
}

void close_end(int& end) {
  close(end);
  end = -1;
}

}  // namespace

Outcome run(const std::vector<std::string>& arguments, std::optional<unsigned> as,
            const std::function<void()>& prepare) {
  std::vector<std::string> words = {"stockade"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  const int program = open(STOCKADE_BINARY_DIR "/stockade", O_RDONLY);  // lives on in the child
  EXPECT_GE(program, 0) << "build the target stockade first";
  Outcome outcome;
  Pipe output;
  Pipe errors;
  const pid_t child = fork();
  if (child == 0) {
    if (prepare) prepare();
    become(program, pointers, as, output.ends[1], errors.ends[1]);
  }
  close(program);
  close_end(output.ends[1]);
  close_end(errors.ends[1]);
  outcome.hung = !collect(output, errors, outcome);
  if (outcome.hung) kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) outcome.status = WEXITSTATUS(status);
  EXPECT_FALSE(outcome.hung) << "no end after " << kBoundSeconds << " s";
  EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status) << "\n"
                                 << outcome.errors.substr(0, 4000);
  return outcome;
}

nlohmann::json audit(const std::vector<std::string>& arguments, std::optional<unsigned> as) {
  std::vector<std::string> words = {"audit", "--format", "json"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Outcome outcome = run(words, as);
  // Strict: a byte that is no UTF-8 is no JSON.
  auto report = nlohmann::json::parse(outcome.output, nullptr, false);
  if (!report.is_discarded()) return report;
  ADD_FAILURE() << "no report: status " << outcome.status << "\n"
                << outcome.output.substr(0, 400) << "\n"
                << outcome.errors.substr(0, 2000);
  return {{"findings", nlohmann::json::array()}, {"not_checked", nlohmann::json::array()}};
}

std::vector<std::string> refusals(const nlohmann::json& report) {
  std::vector<std::string> rows;
  for (const auto& finding : report["findings"]) {
    const auto rule = finding["rule"].get<std::string>();
    if (!rule.starts_with("configuration-")) continue;
    rows.push_back(fmt::format("{} {}:{} {}", rule, finding["file"].get<std::string>(),
                               finding["line"].get<int>(), finding["message"].get<std::string>()));
  }
  return rows;
}

std::vector<std::string> not_checked(const nlohmann::json& report) {
  std::vector<std::string> rows;
  for (const auto& gap : report["not_checked"]) {
    rows.push_back(gap["what"].get<std::string>() + ": " + gap["reason"].get<std::string>());
  }
  return rows;
}

}  // namespace stockade::robust
