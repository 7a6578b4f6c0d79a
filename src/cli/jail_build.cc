// The jail as a tree of copies.
#include <fmt/format.h>

#include "cli/jail_target.h"
#include "cli/output.h"
#include "jail/root/copied_tree.h"

namespace stockade::cli {
namespace {

constexpr Option kJailBuildOptions[] = {
    kConfigOption,     kDefineOption,
    kJailNameOption,   kAlsoOption,
    kWritableOption,   kConnectToOption,
    kMailOption,       kLearnedOption,
    kJailModuleOption, {"--dry-run", "", "say what would be copied"},
};

Result<int> run_jail_build(const Arguments& arguments) {
  auto plan = obtain_plan("jail build", arguments);
  if (!plan) return tl::make_unexpected(plan.error());
  const std::string directory = arguments.word(0);
  std::string command = "chroot " + directory;
  for (const jail::Service& service : plan->services) {
    if (service.name != "httpd") continue;
    command += " " + service.program;
    // Without passed sockets the module has nothing to do.
    for (size_t i = 1; i < service.arguments.size(); ++i) {
      const std::string& word = service.arguments[i];
      const bool is_module =
          word == "-C" && i + 1 < service.arguments.size() &&
          service.arguments[i + 1].find("stockade_jail_module") != std::string::npos;
      if (is_module) {
        ++i;
        continue;
      }
      command += " " + (word.find(' ') == std::string::npos ? word : "'" + word + "'");
    }
  }
  std::erase_if(plan->items,
                [](const jail::Item& item) { return item.path == jail::kModuleInside; });
  if (arguments.has("--dry-run"))
    return write_stdout(
               fmt::format("would copy {} things into {}; httpd would be started by\n  {}\n",
                           plan->items.size(), directory, command))
        .map([] { return int{kClean}; });
  const auto made = jail::copy_tree(*plan, directory);
  if (!made) return tl::make_unexpected(made.error());
  return write_stdout(
             fmt::format(
                 "{} files, {:.1f} MB in {}. httpd is started by\n  {}\nThe tree is stale after "
                 "the next upgrade of a package: make a new one then. To undo it: rm -r {}\n",
                 made->files, static_cast<double>(made->bytes) / 1e6, directory, command,
                 directory))
      .map([] { return int{kClean}; });
}

constexpr Example kJailBuildExamples[] = {
    {"sudo stockade jail build /srv/jail", "the book's jail: copies, and chroot"}};

}  // namespace

const Command kJailBuild{
    "jail build",
    "copy the jail into a directory, for hosts without namespaces",
    "A plain chroot keeps out of other files and of nothing else: root gets out of it, and the "
    "network stays open. \"jail up\" is better wherever it works.",
    kJailBuildExamples,
    kJailBuildOptions,
    {"DIR", "a directory that does not exist yet"},
    run_jail_build};

}  // namespace stockade::cli
