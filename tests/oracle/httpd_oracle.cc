#include "httpd_oracle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/live_file_system.h"
#include "base/text.h"
#include "report/config_dump.h"

namespace stockade::oracle {

namespace {

constexpr int kPatience = 60'000;  // milliseconds
constexpr const char* kModules = "/usr/lib/apache2/modules";

void write_file(const std::string& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return;
  if (write(file, bytes.data(), bytes.size()) < 0) unlink(path.c_str());
  close(file);
}

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
  // Includes wrap the error of the innermost file.
  const size_t at = err.rfind(kMark);
  if (at == std::string::npos) return "";
  const size_t begin = at + kMark.size();
  size_t end = err.find(':', begin);
  while (end != std::string::npos && end + 1 < err.size() && err[end + 1] != ' ' &&
         err[end + 1] != '\n') {
    end = err.find(':', end + 1);
  }
  // httpd cuts an error of more than 8 KiB, as an Include loop's: then the place is not known.
  return end == std::string::npos ? "" : err.substr(begin, end - begin);
}

std::string first_difference(std::string_view ours, std::string_view theirs) {
  const auto our_lines = split(ours, '\n');
  const auto their_lines = split(theirs, '\n');
  for (size_t i = 0;; ++i) {
    const bool mine = i < our_lines.size();
    const bool his = i < their_lines.size();
    if (!mine && !his) return "";
    if (mine && his && our_lines[i] == their_lines[i]) continue;
    return fmt::format("trees differ at line {} of the dump\n  stockade: {}\n  httpd:    {}", i + 1,
                       mine ? our_lines[i] : "(end)", his ? their_lines[i] : "(end)");
  }
}

std::string compare(const conf::Config& config, const HttpdAnswer& answer) {
  const conf::Problem* verdict = config.verdict();
  const std::string said = answer.accepted ? "" : "\n  httpd says: " + answer.err;
  if (answer.accepted != (verdict == nullptr)) {
    if (verdict == nullptr) return "httpd refuses what Stockade accepts" + said;
    return fmt::format("httpd accepts what Stockade refuses: line {} of {}: {}", verdict->counted,
                       verdict->where, verdict->message);
  }
  if (verdict == nullptr) return first_difference(report::config_dump(config), answer.out);
  const std::string ours = fmt::format("{} of {}", verdict->counted, verdict->where);
  if (answer.place.empty() || ours == answer.place) return "";
  return fmt::format("both refuse, at different places\n  stockade: {}: {}\n  httpd:    {}{}", ours,
                     verdict->message, answer.place, said);
}

std::string prelude() {
  std::string text;
  for (const char* name : {"mpm_event", "info", "macro", "authz_core", "alias", "headers", "env"}) {
    text += fmt::format("LoadModule {}_module {}/mod_{}.so\n", name, kModules, name);
  }
  return text + "ServerName oracle.example\nErrorLog /dev/null\n";
}

}  // namespace

std::string oracle_missing() {
  for (const std::string& file : {std::string(kHttpd), std::string(kModules) + "/mod_info.so"}) {
    if (access(file.c_str(), R_OK) != 0) return file + " is not here";
  }
  return "";
}

const std::vector<std::pair<std::string, std::string>>& variables() {
  static const std::vector<std::pair<std::string, std::string>> kVariables = {
      {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
      {"LANG", "C"},
      {"ORACLE", "from the environment"},
      {"ORACLE_EMPTY", ""},
      {"APACHE_RUN_DIR", "/run"},
      {"APACHE_PID_FILE", "/run/oracle.pid"},
      {"APACHE_LOG_DIR", "/tmp"},
      {"APACHE_LOCK_DIR", "/tmp"},
      {"APACHE_RUN_USER", "root"},
      {"APACHE_RUN_GROUP", "root"}};
  return kVariables;
}

HttpdAnswer ask_httpd(const std::vector<std::string>& arguments, const std::string& scratch) {
  HttpdAnswer answer;
  const std::string out = scratch + "/out";
  const std::string err = scratch + "/err";
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), kHttpd);
  std::vector<std::string> settings;
  for (const auto& [name, value] : variables()) settings.push_back(name + "=" + value);
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
  int status = 0;
  if (failed != 0 || !wait_for(child, status)) {
    answer.impossible = "httpd could not be started";
    return answer;
  }
  if (!WIFEXITED(status)) answer.impossible = "httpd crashed or hung";
  answer.accepted = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  answer.out = read_file(out);
  answer.err = read_file(err);
  answer.place = place_in(answer.err);
  return answer;
}

World::World() {
  char pattern[] = "/tmp/stockade-oracle-XXXXXX";
  const char* made = mkdtemp(pattern);
  const std::string top = made == nullptr ? "/nonexistent" : made;
  directory_ = top + "/w";
  scratch_ = top;
  write_file(top + "/prelude.conf", prelude());
}

World::~World() {
  std::error_code ignored;
  std::filesystem::remove_all(scratch_, ignored);
}

void World::fill(const Case& wanted) const {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
  mkdir(directory_.c_str(), 0755);
  for (const CaseFile& file : wanted.files) {
    const std::filesystem::path target = path(file.path);
    std::filesystem::create_directories(target.parent_path(), ignored);
    write_file(target, content_of(file));
  }
}

conf::Environment World::environment() const {
  conf::Environment environment;
  environment.config_file = path("main.conf");
  environment.server_root = directory_;
  environment.variables = {variables().begin(), variables().end()};
  environment.defines = {"DUMP_CONFIG", "Given"};
  environment.before = {"Include " + scratch_ + "/prelude.conf"};
  environment.built_in_modules = conf::default_built_in_modules();
  environment.check_module_files = true;
  environment.check_paths = true;
  return environment;
}

std::vector<std::string> World::httpd_arguments() const {
  return {"-t",
          "-D",
          "DUMP_CONFIG",
          "-D",
          "Given",
          "-d",
          directory_,
          "-C",
          "Include " + scratch_ + "/prelude.conf",
          "-f",
          path("main.conf")};
}

std::string World::difference(const Case& wanted) const {
  fill(wanted);
  return difference(environment(), httpd_arguments());
}

std::string World::difference(const conf::Environment& environment,
                              const std::vector<std::string>& arguments) const {
  const HttpdAnswer answer = ask_httpd(arguments, scratch_);
  if (!answer.impossible.empty()) return answer.impossible + ": " + answer.err;
  return compare(conf::evaluate(LiveFileSystem(), environment), answer);
}

}  // namespace stockade::oracle
