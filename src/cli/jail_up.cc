// Starting a jail and ending it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/descriptor.h"
#include "base/write_file.h"
#include "cli/jail_target.h"
#include "cli/output.h"
#include "cli/show.h"
#include "jail/run/supervisor.h"
#include "report/jail_page.h"

namespace stockade::cli {
namespace {

constexpr Option kUpOptions[] = {
    kLevelOption,
    kConfigOption,
    kDefineOption,
    kJailNameOption,
    kAlsoOption,
    kWritableOption,
    kConnectToOption,
    kMailOption,
    kWithoutOption,
    kLearnedOption,
    kJailModuleOption,
    kJailStateOption,
    {"--foreground", "", "stay, and say what the services say: for a unit of systemd"},
    {"--unverified", "", "start without trying to get out first"},
    {"--dry-run", "", "say what would be done, and do nothing"},
};

// The supervisor lives on by itself; what it tells of its start comes back by a pipe.
Result<std::string> start_apart(jail::Plan plan, jail::Closing closing,
                                jail::SupervisorWishes wishes) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("start", "the supervisor", errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const pid_t child = fork();
  if (child < 0) return fail_errno("start", "the supervisor", errno);
  if (child == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    if (chdir("/") != 0) _exit(1);
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nowhere, 0);
    dup2(nowhere, 1);
    const int told = write_end.release();
    wishes.tell = [told, nowhere](const Result<std::string>& summary) {
      const std::string text = summary ? "ok " + *summary : "no " + summary.error().message();
      (void)write_all(told, text, "the pipe");
      close(told);
      dup2(nowhere, 2);  // the terminal it came from is not its own any more
    };
    _exit(jail::supervise(std::move(plan), std::move(closing), std::move(wishes)) ? 0 : 1);
  }
  write_end.reset();
  waitpid(child, nullptr, 0);
  std::string text;
  char part[1024];
  for (ssize_t got = 0; (got = read(read_end.get(), part, sizeof part)) > 0;)
    text.append(part, static_cast<size_t>(got));
  if (text.starts_with("ok ")) return text.substr(3);
  std::string cause = text.size() > 3 ? text.substr(3) : "its supervisor ended without a word";
  if (cause.starts_with("could not ")) cause.erase(0, 10);
  return fail({"bring up the jail:", "could not", cause, "", 0});
}

// The supervisor works in "/", and reads the configuration again for each generation.
std::string from_here(const std::string& path) {
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(path, failed);
  return path.empty() || failed ? path : absolute.string();
}

Result<int> run_up(const Arguments& given) {
  Arguments arguments = given;
  for (const char* option :
       {"--config", "--module", "--learned", "--also", "--writable", "--state"}) {
    for (std::string& path : arguments.options[option]) path = from_here(path);
    if (arguments.options[option].empty()) arguments.options.erase(option);
  }
  const auto level = jail_level("jail up", arguments);
  if (!level) return tl::make_unexpected(level.error());
  auto plan = obtain_plan("jail up", arguments);
  if (!plan) return tl::make_unexpected(plan.error());
  auto closing = jail::make_closing(*plan, *level);
  if (!closing) return tl::make_unexpected(closing.error());
  if (arguments.has("--dry-run") || *level == jail::Level::report) {
    const auto look = show_options(kJailPlan, {});
    if (!look) return tl::make_unexpected(look.error());
    return write_stdout(report::render_jail_plan(*plan, *closing, report::TextFormat::terminal,
                                                 look->render))
        .map([] { return int{kClean}; });
  }
  jail::SupervisorWishes wishes;
  wishes.directory = jail_state(arguments);
  wishes.name = jail_name(arguments);
  wishes.unverified = arguments.has("--unverified");
  wishes.foreground = arguments.has("--foreground");
  wishes.plan_again = [arguments] { return obtain_plan("jail swap", arguments); };
  const std::string undo =
      fmt::format("\"stockade jail down{}\" ends it; nothing of the host was changed.",
                  wishes.name == "apache2" ? "" : " --name " + wishes.name);
  const auto summary = [&](const std::string& text) {
    std::string lost;
    for (const auto* losses : {&closing->losses, &plan->losses}) {
      for (const jail::Loss& loss : *losses)
        lost += fmt::format("  not to be had: {} ({})\n", loss.what, loss.why);
    }
    return fmt::format("The jail {} is up, level {}: {}.\n{}{}\n", wishes.name, to_string(*level),
                       text, lost, undo);
  };
  if (wishes.foreground) {
    wishes.tell = [&](const Result<std::string>& told) {
      if (told) say(*told);
    };
    auto ended = jail::supervise(*plan, *closing, wishes);
    if (!ended) return tl::make_unexpected(ended.error());
    return kClean;
  }
  const auto started = start_apart(*plan, *closing, wishes);
  if (!started) return tl::make_unexpected(started.error());
  return write_stdout(summary(*started)).map([] { return int{kClean}; });
}

constexpr Option kAskOptions[] = {kJailNameOption, kJailStateOption};

template <size_t N>
Result<int> ask(const Arguments& arguments, const char (&question)[N]) {
  const auto answer = jail::ask_supervisor(jail_state(arguments), jail_name(arguments), question);
  if (!answer) return tl::make_unexpected(answer.error());
  return write_stdout(*answer + "\n").map([] { return int{kClean}; });
}

Result<int> run_down(const Arguments& arguments) { return ask(arguments, "stop"); }
Result<int> run_reload(const Arguments& arguments) { return ask(arguments, "reload"); }
Result<int> run_refresh(const Arguments& arguments) { return ask(arguments, "refresh"); }
Result<int> run_swap(const Arguments& arguments) { return ask(arguments, "swap"); }

constexpr Example kUpExamples[] = {
    {"sudo stockade jail up", "the machine's Apache, closed in as far as it goes"},
    {"sudo stockade jail up --level full --dry-run", "what would be done"},
};
constexpr Example kDownExamples[] = {
    {"sudo stockade jail down", "everything in it ends, nothing is left"}};
constexpr Example kReloadExamples[] = {
    {"sudo stockade jail reload",
     "after a change of the configuration, or a rotation of the logs"}};
constexpr Example kRefreshExamples[] = {
    {"sudo stockade jail refresh", "as a deploy hook of certbot"}};
constexpr Example kSwapExamples[] = {{"sudo stockade jail swap", "after an upgrade of packages"}};

}  // namespace

const Command kJailUp{"jail up",
                      "start Apache in a jail",
                      "Plans, builds, tries to get out in every role, and starts httpd only where "
                      "every attempt is refused that should be. The configuration, the programs "
                      "and the files of the host stay as they are.",
                      kUpExamples,
                      kUpOptions,
                      {},
                      run_up};
const Command kJailDown{
    "jail down", "end a jail and everything in it", "", kDownExamples, kAskOptions, {}, run_down};
const Command kJailReload{"jail reload",
                          "let httpd read its configuration and open its logs anew",
                          "A graceful restart; keys and certificates are renewed first.",
                          kReloadExamples,
                          kAskOptions,
                          {},
                          run_reload};
const Command kJailRefresh{"jail refresh",
                           "bring renewed keys and certificates into the jail",
                           "Looks whether they changed and, where they did, lets httpd read them. "
                           "A running jail looks every ten seconds by itself.",
                           kRefreshExamples,
                           kAskOptions,
                           {},
                           run_refresh};
const Command kJailSwap{
    "jail swap",
    "start a new generation, then end the old one",
    "Plans anew, builds a second jail on the same sockets and tries to get out of it; when its "
    "httpd serves, the old one finishes its requests and ends. No request fails.",
    kSwapExamples,
    kAskOptions,
    {},
    run_swap};

}  // namespace stockade::cli
