// What is done with a jail besides starting and looking at it.
#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "base/descriptor.h"
#include "base/live_file_system.h"
#include "base/text.h"
#include "base/write_file.h"
#include "cli/jail_target.h"
#include "cli/jail_urls.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "jail/elf/elf_file.h"
#include "jail/rehearse/rehearsal.h"
#include "jail/run/supervisor.h"

namespace stockade::cli {
namespace {

constexpr Option kJailDiffOptions[] = {
    kConfigOption,   kDefineOption,    kJailNameOption, kJailStateOption, kAlsoOption,
    kWritableOption, kConnectToOption, kMailOption,     kLearnedOption,   kJailModuleOption};

Result<int> run_jail_diff(const Arguments& arguments) {
  const auto plan = obtain_plan("jail diff", arguments);
  if (!plan) return tl::make_unexpected(plan.error());
  const auto running = jail::ask_supervisor(jail_state(arguments), jail_name(arguments), "items");
  if (!running) return tl::make_unexpected(running.error());
  std::map<std::string, std::string> now;
  std::map<std::string, std::string> then;
  for (const jail::Item& item : plan->items) now[item.path] = to_string(item.kind);
  for (const std::string_view line : split(*running, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() == 3) then[std::string(fields[1])] = fields[0];
  }
  then.erase(std::string(jail::kWorkerFilterInside));
  std::string text;
  for (const auto& [path, kind] : then) {
    if (!now.contains(path)) text += fmt::format("- {:<10} {}\n", kind, path);
  }
  for (const auto& [path, kind] : now) {
    const auto old = then.find(path);
    if (old == then.end()) text += fmt::format("+ {:<10} {}\n", kind, path);
    if (old != then.end() && old->second != kind)
      text += fmt::format("~ {:<10} {} (was {})\n", kind, path, old->second);
  }
  const bool same = text.empty();
  if (same) text = "The running jail is what the configuration asks for.\n";
  return write_stdout(text).map([&] { return same ? int{kClean} : int{kFindings}; });
}

constexpr Option kJailEnterOptions[] = {kJailNameOption, kJailStateOption};

Result<int> process_of(const Arguments& arguments) {
  const auto status = jail::ask_supervisor(jail_state(arguments), jail_name(arguments), "status");
  if (!status) return tl::make_unexpected(status.error());
  for (const std::string_view line : split(*status, '\n')) {
    if (line.starts_with("process "))
      return static_cast<int>(parse_number(line.substr(8)).value_or(0));
  }
  return 0;
}

// The program is one of the host's, opened before: inside there is nothing to look around with.
Result<int> run_jail_enter(const Arguments& arguments) {
  if (arguments.words.empty())
    return usage_error("jail enter", "it wants a program of the host",
                       "busybox of busybox-static is one: stockade jail enter -- /bin/busybox sh");
  const std::string& path = arguments.words[0];
  const auto bytes = LiveFileSystem().read(path, 512 << 20);
  if (!bytes) return tl::make_unexpected(bytes.error());
  const auto elf = jail::read_elf(*bytes, path);
  if (!elf) return tl::make_unexpected(elf.error());
  if (!elf->interpreter.empty()) {
    return fail({"enter the jail with", path,
                 "it needs libraries, and the jail has those of the site alone",
                 "take a static program: busybox of busybox-static", 0});
  }
  const auto process = process_of(arguments);
  if (!process) return tl::make_unexpected(process.error());
  const Descriptor program(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::vector<Descriptor> places;
  for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"}) {
    places.emplace_back(
        open(fmt::format("/proc/{}/ns/{}", *process, kind).c_str(), O_RDONLY | O_CLOEXEC));
  }
  // Of the one that this process is in already, the kernel says EINVAL: that is as good.
  for (size_t i = 1; i < places.size(); ++i) (void)setns(places[i].get(), 0);
  if (chdir("/") != 0) return fail_errno("enter", "/", errno);
  const pid_t child = fork();
  if (child == 0) {
    (void)setns(places[0].get(), CLONE_NEWUSER);
    std::vector<char*> words;
    for (const std::string& word : arguments.words)
      words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    char* const nothing[] = {nullptr};
    fexecve(program.get(), words.data(), nothing);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child)
    return fail_errno("start in the jail", path, errno);
  return WIFEXITED(status) ? WEXITSTATUS(status) : int{kFindings};
}

constexpr size_t kMostUrls = 40;

constexpr Option kJailRehearseOptions[] = {
    {"--url", "PATH",
     "ask for it, as /index.php; may be repeated (default: what the access logs show most)",
     Option::Takes::list},
    kConfigOption,
    kDefineOption,
    kJailNameOption,
    kJailStateOption,
    kAlsoOption,
    kWritableOption,
    kConnectToOption,
    kMailOption,
    kLearnedOption,
    kJailModuleOption,
    {"--dry-run", "", "say what was learned, and keep nothing"},
};

Result<int> run_jail_rehearse(const Arguments& arguments) {
  if (geteuid() != 0)
    return fail({"rehearse", "the site", "only root may watch it", "run it as root", 0});
  const std::string file = learned_file(arguments);
  std::vector<jail::LearnedPath> kept;
  if (LiveFileSystem().status(file)) {
    const auto text = LiveFileSystem().read(file, 16 << 20);
    if (!text) return tl::make_unexpected(text.error());
    auto read = jail::read_learned(*text, file);
    if (!read) return tl::make_unexpected(read.error());
    kept = std::move(*read);
  }
  jail::RehearsalWishes wishes;
  wishes.state = jail_state(arguments) + "/" + jail_name(arguments) + "/root";
  wishes.urls = arguments.list("--url");
  if (wishes.urls.empty()) {
    const auto configuration = obtain_configuration(arguments);
    if (!configuration) return tl::make_unexpected(configuration.error());
    wishes.urls = urls_of_logs(*configuration, kMostUrls);
  }
  if (wishes.urls.empty()) wishes.urls = {"/"};
  std::string told;
  // Until a round adds nothing: what was learned may open more.
  Arguments asked = arguments;
  for (int round = 1; round <= wishes.most_rounds; ++round) {
    const auto plan = obtain_plan("jail rehearse", asked);
    if (!plan) return tl::make_unexpected(plan.error());
    jail::Plan known = *plan;
    for (const jail::LearnedPath& one : kept) {
      jail::Item item;
      item.kind = one.kind;
      item.path = one.path;
      item.source = one.path;
      known.items.push_back(item);
    }
    std::sort(known.items.begin(), known.items.end(),
              [](const jail::Item& a, const jail::Item& b) { return a.path < b.path; });
    const auto rehearsal = jail::rehearse_once(known, wishes);
    if (!rehearsal) return tl::make_unexpected(rehearsal.error());
    for (const std::string& answer : rehearsal->answers)
      told += round == 1 ? "  " + answer + "\n" : "";
    for (const std::string& path : rehearsal->written)
      told += fmt::format("  writes to {}, which the jail would refuse: --writable {}\n", path,
                          parent_path(path));
    for (const std::string& program : rehearsal->shells) {
      if (round == 1)
        told +=
            fmt::format("  {} starts a shell; the jail has none, and it is not learned\n", program);
    }
    for (const jail::LearnedPath& one : rehearsal->learned) {
      told += fmt::format("  learned {:<8} {} ({})\n", to_string(one.kind), one.path, one.why);
      kept.push_back(one);
    }
    told += fmt::format("round {}: {} learned\n", round, rehearsal->learned.size());
    if (rehearsal->learned.empty()) break;
  }
  if (!arguments.has("--dry-run") && !kept.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), failed);
    if (auto written = write_file(file, jail::learned_text(kept)); !written)
      return tl::make_unexpected(written.error());
    told += fmt::format("kept in {}; remove a line to forget it\n", file);
  }
  return write_stdout(told).map([] { return int{kClean}; });
}

constexpr Option kJailRemoveOptions[] = {
    kJailNameOption, kJailStateOption, {"--dry-run", "", "say what would be removed"}};

Result<int> run_jail_remove(const Arguments& arguments) {
  const std::string name = jail_name(arguments);
  if (name.find('/') != std::string::npos || name.front() == '.')
    return usage_error("jail remove", "--name wants a name without \"/\"");
  const bool dry = arguments.has("--dry-run");
  std::string told;
  if (jail::ask_supervisor(jail_state(arguments), name, "status")) {
    told += dry ? "would end the running jail\n" : "ended the running jail\n";
    if (!dry) (void)jail::ask_supervisor(jail_state(arguments), name, "stop");
  }
  for (const std::string& path :
       {"/etc/systemd/system/stockade-" + name + ".service",
        "/etc/systemd/system/stockade-" + name + ".socket", "/var/lib/stockade/jail/" + name,
        "/var/lib/stockade/jail/" + name + ".learned"}) {
    std::error_code failed;
    if (!std::filesystem::exists(std::filesystem::symlink_status(path, failed))) continue;
    told += (dry ? "would remove " : "removed ") + path + "\n";
    if (!dry) std::filesystem::remove_all(path, failed);
    if (failed) return fail_errno("remove", path, failed.value());
  }
  if (told.empty()) told = "There is nothing of a jail " + name + " to remove.\n";
  return write_stdout(told).map([] { return int{kClean}; });
}

constexpr Example kJailDiffExamples[] = {{"sudo stockade jail diff", "what a swap would change"}};
constexpr Example kJailEnterExamples[] = {{"sudo stockade jail enter -- /bin/busybox ls -l /",
                                           "look around inside with a static program of the host"}};
constexpr Example kJailRehearseExamples[] = {
    {"sudo stockade jail rehearse", "see what the site's most asked for pages open"},
    {"sudo stockade jail rehearse --url / --url /index.php", "see what these open"}};
constexpr Example kJailRemoveExamples[] = {
    {"sudo stockade jail remove --dry-run", "what is there of a jail"}};

}  // namespace

const Command kJailDiff{"jail diff",
                        "compare a running jail with what the configuration asks for now",
                        "",
                        kJailDiffExamples,
                        kJailDiffOptions,
                        {},
                        run_jail_diff};
const Command kJailEnter{
    "jail enter",
    "run a static program of the host inside",
    "In the jail's namespaces, as its root, without its filters: for looking around.",
    kJailEnterExamples,
    kJailEnterOptions,
    {"PROGRAM", "a static program of the host and its words", nullptr, true, true},
    run_jail_enter};
const Command kJailRehearse{
    "jail rehearse",
    "run the site once and learn what it opens",
    "Starts httpd and php-fpm on a network of their own, where every file is to be had, asks for "
    "the URLs, restarts gracefully, goes away in the middle of a request, and keeps what was "
    "opened that the plan does not hold.",
    kJailRehearseExamples,
    kJailRehearseOptions,
    {},
    run_jail_rehearse};
const Command kJailRemove{
    "jail remove",
    "remove everything that is there of a jail",
    "Ends it, and removes its units and what it learned; never a file of the site.",
    kJailRemoveExamples,
    kJailRemoveOptions,
    {},
    run_jail_remove};

}  // namespace stockade::cli
