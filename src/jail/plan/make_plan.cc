#include "jail/plan/make_plan.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "jail/plan/draft.h"
#include "jail/rehearse/learned.h"

namespace stockade::jail {
namespace {

constexpr std::string_view kModuleName = "mod_stockade_jail.so";

// Installed, or beside this program where it was built.
std::string find_own(const FileSystem& files, std::string_view name,
                     std::initializer_list<std::string_view> directories) {
  for (const std::string_view directory : directories) {
    const std::string path = std::string(directory) + "/" + std::string(name);
    if (files.status(path)) return path;
  }
  char self[PATH_MAX] = {};
  if (readlink("/proc/self/exe", self, sizeof self - 1) > 0)
    return std::string(parent_path(self)) + "/" + std::string(name);
  return std::string(name);
}

std::string find_module(const FileSystem& files, const std::string& wish) {
  if (!wish.empty()) return wish;
  return find_own(files, kModuleName, {"/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"});
}

// PHP's mail() starts /bin/sh: what lies there inside sends mail, and nothing else.
Result<void> add_mail(Draft& draft) {
  const std::string program = find_own(draft.files(), "stockade-mail", {"/usr/lib/stockade"});
  if (!draft.files().status(program)) {
    return fail({"let the jail send mail by", program, "it is not there",
                 "install the package libapache2-mod-stockade", ENOENT});
  }
  draft.add_program_as(program, resolve_links(draft.files(), "/bin") + "/sh",
                       "sends what PHP's mail() gives it; no shell (--mail)");
  draft.plan().backends.push_back({"localhost", 25, "--mail"});
  return {};
}

Result<void> check_configuration(const Snapshot& snapshot) {
  const conf::Problem* problem = snapshot.config.verdict();
  if (problem == nullptr) return {};
  return fail({"plan a jail for", snapshot.environment.config_file,
               "httpd would not start: " + problem->where + ":" + std::to_string(problem->counted) +
                   ": " + problem->message,
               "mend the configuration first; \"apachectl configtest\" says the same", 0});
}

// What is made for the jail must never be made in a directory of the host that is bound as a whole.
Result<void> check_places(const Plan& plan) {
  for (const Item& item : plan.items) {
    const bool is_made = item.kind == ItemKind::generated || item.kind == ItemKind::runtime ||
                         item.path == kModuleInside;
    const Item* around = is_made ? item_holding(plan, parent_path(item.path)) : nullptr;
    const bool is_there =
        item.kind == ItemKind::runtime && around != nullptr && !around->writable();
    if (around == nullptr || around->source.empty() || is_there) continue;
    return fail({"plan a jail with", around->path,
                 "the jail has its own " + item.path +
                     ", and a directory around it is bound as a whole (" + around->why + ")",
                 "let the site use a directory of its own", 0});
  }
  return {};
}

}  // namespace

Result<Plan> make_plan(const Snapshot& snapshot, const FileSystem& files,
                       const PlanWishes& wishes) {
  if (auto checked = check_configuration(snapshot); !checked) return fail(checked.error());
  if (snapshot.httpd.binary.empty()) {
    return fail({"plan a jail for", snapshot.environment.config_file,
                 "no httpd program is on this machine", "install it (Debian: apache2)", 0});
  }
  const std::string module = find_module(files, wishes.module_file);
  if (!files.status(module)) {
    return fail({"plan a jail with", module, "the module that hands httpd its sockets is not there",
                 "install libapache2-mod-stockade, or name it with --module", 0});
  }
  Draft draft(snapshot, files);
  plan_httpd(draft);
  plan_content(draft);
  for (const Backend& backend : wishes.connect) {
    draft.plan().backends.push_back({backend.host, backend.port, "asked for with --connect-to"});
  }
  if (wishes.mail) {
    if (auto added = add_mail(draft); !added) return fail(added.error());
  }
  plan_programs(draft);
  plan_known_needs(draft);
  plan_php(draft);
  plan_base(draft);
  plan_losses(draft);
  for (const std::string& path : wishes.also) {
    if (!draft.bind(ItemKind::data, path, "asked for with --also"))
      return fail({"add to the jail", path, "it does not exist", "", 0});
  }
  for (const std::string& path : wishes.writable) {
    if (!draft.bind(ItemKind::state, path, "asked for with --writable"))
      return fail({"add to the jail", path, "it does not exist", "", 0});
  }
  if (auto learned = add_learned(draft, wishes.learned_file); !learned)
    return fail(learned.error());
  if (auto added = draft.closure().add(module); !added) return fail(added.error());
  Plan plan = draft.finish();
  Item item;
  item.kind = ItemKind::module;
  item.path = kModuleInside;
  item.source = resolve_links(files, module);
  item.why = "hands httpd its sockets, and closes its workers in further";
  plan.items.insert(std::lower_bound(plan.items.begin(), plan.items.end(), item,
                                     [](const Item& a, const Item& b) { return a.path < b.path; }),
                    item);
  if (auto checked = check_places(plan); !checked) return fail(checked.error());
  std::erase_if(plan.items, [&](const Item& one) {
    return std::find(wishes.without.begin(), wishes.without.end(), one.path) !=
           wishes.without.end();
  });
  for (Service& service : plan.services) {
    if (service.name != "httpd") continue;
    service.arguments.insert(
        service.arguments.begin() + 1,
        {"-C", "LoadModule stockade_jail_module " + std::string(kModuleInside)});
  }
  return plan;
}

}  // namespace stockade::jail
