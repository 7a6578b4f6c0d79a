#include "httpd_judge.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "private_world.h"

namespace stockade::judge {

namespace {

constexpr const char* kHttpd = "/usr/sbin/apache2";
constexpr int kPatience = 30'000;  // milliseconds
constexpr int kNoWorld = 125;      // the child's exit status when it could not prepare itself

[[noreturn]] void ask_httpd(const std::string& world, const rules::Example& example) {
  const std::string problem = enter_private_world(world, example);
  if (!problem.empty()) {
    const ssize_t written = write(STDOUT_FILENO, problem.data(), problem.size());
    _exit(written < 0 ? kNoWorld + 1 : kNoWorld);
  }
  const std::string include = std::string("Include ") + kPrelude;
  std::vector<std::string> words = {kHttpd,  "-t", "-C",
                                    include, "-f", std::string(rules::kExampleConfigFile)};
  for (const std::string& name : example.machine.defines) {
    words.insert(words.end(), {"-D", name});
  }
  std::vector<std::string> variables = {"LANG=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  for (const auto& [name, value] : example.machine.variables) {
    variables.push_back(name + "=" + value);
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  std::vector<char*> environment;
  for (std::string& variable : variables) environment.push_back(variable.data());
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  execve(kHttpd, arguments.data(), environment.data());
  _exit(kNoWorld);
}

// All that comes until the other end closes; false when that takes too long.
bool read_all(int from, std::string& text) {
  for (;;) {
    pollfd waiting{from, POLLIN, 0};
    if (poll(&waiting, 1, kPatience) <= 0) return false;
    char buffer[4096];
    const ssize_t size = read(from, buffer, sizeof buffer);
    if (size <= 0) return size == 0;
    text.append(buffer, static_cast<size_t>(size));
  }
}

}  // namespace

HttpdJudge::HttpdJudge() {
  if (access(kHttpd, X_OK) != 0) {
    impossible_ = "no httpd is installed here";
    return;
  }
  char pattern[] = "/tmp/stockade-judge-XXXXXX";
  if (mkdtemp(pattern) == nullptr) {
    impossible_ = "no temporary directory";
    return;
  }
  world_ = pattern;
  const auto empty = rules::parse_example("");
  impossible_ = empty ? judge(*empty).impossible : empty.error().message();
}

HttpdJudge::~HttpdJudge() {
  if (!world_.empty()) rmdir(world_.c_str());
}

Judgement HttpdJudge::judge(const rules::Example& example) const {
  Judgement judgement;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {"no pipe", false, ""};
  const pid_t child = fork();
  if (child < 0) return {"no process", false, ""};
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    ask_httpd(world_, example);
  }
  close(ends[1]);
  if (!read_all(ends[0], judgement.output)) {
    kill(child, SIGKILL);
    judgement.impossible = "httpd does not answer";
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) >= kNoWorld) {
    judgement.impossible = "no private world: " + judgement.output;
  }
  judgement.accepted = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return judgement;
}

}  // namespace stockade::judge
