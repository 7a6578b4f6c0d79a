#include "httpd.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/live_file_system.h"

namespace stockade::oracle {

namespace {

constexpr size_t kMaxShown = 8000;
constexpr int kPatience = 70'000;  // milliseconds; a fork gives up before

std::string read_file(const std::string& path) {
  return LiveFileSystem().read(path, 1U << 30U).value_or("");
}

bool wait_for(pid_t child, int& status) {
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  if (handle >= 0) {
    pollfd waiting{handle, POLLIN, 0};
    if (poll(&waiting, 1, kPatience) == 0) kill(child, SIGKILL);
    close(handle);
  }
  return waitpid(child, &status, 0) == child;
}

std::string place_in(const std::string& err) {
  constexpr std::string_view kMark = "Syntax error on line ";
  // httpd cuts an error at 8 KiB, as an Include loop's: then the place is not known.
  if (err.size() > kMaxShown) return "";
  // Includes wrap the error of the innermost file.
  const size_t at = err.rfind(kMark);
  if (at == std::string::npos) return "";
  const size_t begin = at + kMark.size();
  size_t end = err.find(':', begin);
  while (end != std::string::npos && end + 1 < err.size() && err[end + 1] != ' ' &&
         err[end + 1] != '\n') {
    end = err.find(':', end + 1);
  }
  return end == std::string::npos ? "" : err.substr(begin, end - begin);
}

// Starts httpd with its output in two files; -1 where that failed.
pid_t start(std::vector<std::string> words, const std::string& out, const std::string& err) {
  words.insert(words.begin(), kHttpd);
  std::vector<std::string> settings;
  for (const auto& [name, value] : variables()) settings.push_back(name + "=" + value);
  settings.emplace_back("LD_BIND_NOW=1");  // else each fork of it would bind again
  std::vector<char*> argv;
  std::vector<char*> environment;
  for (std::string& word : words) argv.push_back(word.data());
  for (std::string& setting : settings) environment.push_back(setting.data());
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kFlags, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), kFlags, 0600);
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, kHttpd, &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? child : -1;
}

HttpdAnswer answer_of(int status, const std::string& out, const std::string& err) {
  HttpdAnswer answer;
  if (!WIFEXITED(status)) answer.impossible = "httpd crashed or hung";
  answer.accepted = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  answer.out = read_file(out);
  answer.err = read_file(err);
  answer.place = place_in(answer.err);
  return answer;
}

HttpdAnswer no_answer(std::string why) {
  HttpdAnswer answer;
  answer.impossible = std::move(why);
  return answer;
}

}  // namespace

std::string oracle_missing() {
  for (const std::string& file :
       {std::string(kHttpd), std::string(kHttpdModules) + "/mod_info.so"}) {
    if (access(file.c_str(), R_OK) != 0) return file + " is not here";
  }
  return "";
}

const std::vector<std::pair<std::string, std::string>>& variables() {
  static const std::vector<std::pair<std::string, std::string>> kVariables = {
      {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
      {"LANG", "C"},
      {"RES_OPTIONS", "timeout:1 attempts:1"},  // a host without a name asks for its address's
      {"ORACLE", "from the environment"},
      {"ORACLE_EMPTY", ""},
      {"APACHE_RUN_DIR", "/run"},
      {"APACHE_PID_FILE", "/run/oracle.pid"},
      {"APACHE_LOG_DIR", "/tmp"},
      {"APACHE_LOCK_DIR", "/tmp"},
      {"APACHE_RUN_USER", "www-data"},
      {"APACHE_RUN_GROUP", "www-data"}};
  return kVariables;
}

HttpdAnswer ask_httpd(const std::vector<std::string>& arguments, const std::string& scratch) {
  const std::string out = scratch + "/out";
  const std::string err = scratch + "/err";
  const pid_t child = start(arguments, out, err);
  int status = 0;
  if (child < 0 || !wait_for(child, status)) return no_answer("httpd could not be started");
  return answer_of(status, out, err);
}

bool ForkedHttpd::possible() { return access(STOCKADE_FORK_SERVER, R_OK) == 0; }

ForkedHttpd::ForkedHttpd(std::vector<std::string> arguments, const std::string& scratch)
    : out_(scratch + "/out"), err_(scratch + "/err") {
  int commands[2];
  int replies[2];
  if (pipe2(commands, O_CLOEXEC) != 0) return;
  if (pipe2(replies, O_CLOEXEC) != 0) {
    close(commands[0]);
    close(commands[1]);
    return;
  }
  fcntl(commands[0], F_SETFD, 0);
  fcntl(replies[1], F_SETFD, 0);
  arguments.insert(arguments.end(),
                   {"-C", "LoadModule fork_server_module " STOCKADE_FORK_SERVER, "-C",
                    "ForkServer " + std::to_string(commands[0]) + " " + std::to_string(replies[1]) +
                        " " + out_ + " " + err_});
  server_ = start(std::move(arguments), out_, err_);
  close(commands[0]);
  close(replies[1]);
  commands_ = commands[1];
  replies_ = replies[0];
  int ready = 0;
  if (reply(ready)) preamble_ = read_file(out_);
}

ForkedHttpd::~ForkedHttpd() {
  if (commands_ >= 0) close(commands_);
  int status = 0;
  if (server_ > 0) wait_for(server_, status);
  if (replies_ >= 0) close(replies_);
}

// A server that has gone shows in answer(); it must not end this process by SIGPIPE.
void ForkedHttpd::ask() {
  signal(SIGPIPE, SIG_IGN);
  const char command = '+';
  if (commands_ >= 0 && write(commands_, &command, 1) != 1) {
    close(commands_);
    commands_ = -1;
  }
}

bool ForkedHttpd::reply(int& status) const {
  pollfd waiting{replies_, POLLIN, 0};
  return replies_ >= 0 && poll(&waiting, 1, kPatience) == 1 &&
         read(replies_, &status, sizeof status) == sizeof status;
}

HttpdAnswer ForkedHttpd::answer() {
  int status = 0;
  if (!reply(status)) {
    return no_answer("httpd could not be started, or was stopped: " + read_file(err_));
  }
  HttpdAnswer answer = answer_of(status, out_, err_);
  answer.out.insert(0, preamble_);
  return answer;
}

}  // namespace stockade::oracle
