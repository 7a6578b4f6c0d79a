#include "jail/plan/draft.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>

#include "base/text.h"

namespace stockade::jail {
namespace {

// A kind that gives more rights to the same path is the one that is needed.
int rank(ItemKind kind) {
  switch (kind) {
    case ItemKind::secret:
      return 5;
    case ItemKind::program:
      return 4;
    case ItemKind::state:
    case ItemKind::log:
    case ItemKind::runtime:
      return 3;
    case ItemKind::loader:
    case ItemKind::tool:
      return 2;
    case ItemKind::library:
    case ItemKind::module:
      return 1;
    default:
      return 0;
  }
}

// Whether `inner`, below the directory `outer`, is there already and with the same rights.
bool holds_alike(const Item& outer, const Item& inner) {
  return inner.source == inner.path && inner.kind != ItemKind::secret &&
         inner.kind != ItemKind::program && inner.writable() == outer.writable() &&
         inner.executable() == outer.executable();
}

}  // namespace

std::vector<const conf::Directive*> directives(const conf::Config& config, std::string_view name) {
  const auto known = config.all(name);
  std::vector<const conf::Directive*> found(known.begin(), known.end());
  if (!found.empty()) return found;
  for (const conf::Directive* directive : config.unknown()) {
    if (directive->is(name)) found.push_back(directive);
  }
  return found;
}

Draft::Draft(const Snapshot& snapshot, const FileSystem& files)
    : snapshot_(snapshot), files_(files), closure_(files) {}

void Draft::put(Item item) {
  const auto found = items_.find(item.path);
  if (found == items_.end()) {
    items_.emplace(item.path, std::move(item));
  } else if (rank(item.kind) > rank(found->second.kind)) {
    found->second = std::move(item);
  }
}

bool Draft::bind(ItemKind kind, std::string_view path, std::string why) {
  const std::string inside = normal_path(path);
  const std::string source = resolve_links(files_, inside);
  const auto status = files_.status(source);
  if (!status) return false;
  Item item;
  item.kind = kind;
  // Directories on the way may be links ("/lib"); the last step keeps its name: libraries are
  // opened by it.
  item.path =
      absolute_path(resolve_links(files_, std::string(parent_path(inside))), file_name(inside));
  item.source = source;
  item.directory = status->type == FileType::directory;
  item.why = std::move(why);
  // A directory is where it is; the name that leads there becomes a link.
  const bool item_is_link = item.directory && item.path != source;
  if (item.directory) item.path = source;
  put(std::move(item));
  if (item_is_link) add_link(inside);
  return true;
}

void Draft::add_link(std::string_view path) {
  const std::string inside =
      absolute_path(resolve_links(files_, std::string(parent_path(path))), file_name(path));
  const auto status = files_.link_status(inside);
  if (!status || status->type != FileType::symlink) return;
  Item link;
  link.kind = ItemKind::link;
  link.path = inside;
  link.source = resolve_links(files_, inside);
  link.why = "a link of the host";
  if (link.source != link.path) put(std::move(link));
}

void Draft::bind_all(ItemKind kind, std::initializer_list<std::string_view> paths,
                     const std::string& why) {
  for (const std::string_view path : paths) bind(kind, path, why);
}

void Draft::add_elf(ItemKind kind, const std::string& path, const std::string& why) {
  if (!bind(kind, path, why)) {
    lose(path, "it does not exist (" + why + ")");
    return;
  }
  if (auto added = closure_.add(resolve_links(files_, path)); !added) {
    lose(path, added.error().message());
  }
}

void Draft::add_program_as(const std::string& source, std::string inside, std::string why) {
  Item item;
  item.kind = ItemKind::tool;
  item.path = std::move(inside);
  item.source = resolve_links(files_, source);
  item.why = std::move(why);
  put(std::move(item));
}

void Draft::add_opened_library(const std::string& name, const std::string& asking_file,
                               const std::string& why) {
  const std::string path = closure_.find(name, asking_file);
  if (!path.empty()) add_elf(ItemKind::library, path, why);
}

void Draft::add_runtime(std::string_view path, uint32_t owner, uint32_t mode, std::string why) {
  const std::string resolved = resolve_links(files_, normal_path(path));
  // "/var/run/apache2" need not exist now: the links above it still lead to /run.
  std::string at = normal_path(path);
  std::string rest;
  while (at != "/" && !files_.status(at)) {
    rest = "/" + std::string(file_name(at)) + rest;
    at = parent_path(at);
  }
  Item item;
  item.kind = ItemKind::runtime;
  item.path = rest.empty() ? resolved : normal_path(resolve_links(files_, at) + rest);
  item.directory = true;
  item.owner = owner;
  item.mode = mode;
  item.why = std::move(why);
  put(std::move(item));
}

void Draft::add_generated(std::string_view path, std::string content, std::string why,
                          uint32_t mode) {
  Item item;
  item.kind = ItemKind::generated;
  item.path = path;
  item.content = std::move(content);
  item.mode = mode;
  item.why = std::move(why);
  put(std::move(item));
}

void Draft::add_account(std::string_view user, std::string_view group) {
  Account account;
  account.name = user;
  const std::string name(user);
  if (name.starts_with('#')) {
    account.uid = account.gid = static_cast<uint32_t>(parse_number(name.substr(1)).value_or(0));
  } else if (const passwd* entry = getpwnam(name.c_str())) {
    account.uid = entry->pw_uid;
    account.gid = entry->pw_gid;
  } else {
    return lose("the account " + name, "this machine has no such account");
  }
  const std::string group_name(group);
  if (const ::group* entry = group_name.empty() ? nullptr : getgrnam(group_name.c_str())) {
    account.gid = entry->gr_gid;
  }
  if (const ::group* entry = getgrgid(account.gid)) account.group = entry->gr_name;
  if (account.uid == 0) {
    return lose("the account " + name, "it is root: nothing that runs as root is closed in");
  }
  for (const Account& known : plan_.accounts) {
    if (known.name == account.name) return;
  }
  plan_.accounts.push_back(std::move(account));
}

void Draft::lose(std::string what, std::string why) {
  for (const Loss& loss : plan_.losses) {
    if (loss.what == what) return;
  }
  plan_.losses.push_back({std::move(what), std::move(why)});
}

Plan Draft::finish() {
  for (const auto& [path, asked_by] : closure_.loaders()) {
    bind(ItemKind::loader, path, "the dynamic loader that " + asked_by + " names");
  }
  for (const Library& library : closure_.libraries()) {
    // libc asks for the loader, which is there already whenever it does.
    const bool is_loader =
        std::any_of(closure_.loaders().begin(), closure_.loaders().end(), [&](const auto& loader) {
          return resolve_links(files_, loader.first) == library.real_path;
        });
    if (!is_loader) bind(ItemKind::library, library.path, "needed by " + library.needed_by);
  }
  for (const Unresolved& missing : closure_.unresolved()) {
    lose(missing.name, "needed by " + missing.needed_by + ", and not on this machine");
  }
  if (closure_.needs_cache()) {
    bind(ItemKind::data, "/etc/ld.so.cache", "libraries lie outside the loader's own directories");
  }
  // What lies in a directory of the same kind is there already.
  for (const auto& [path, item] : items_) {
    bool held = false;
    for (std::string_view at = path; at != "/" && !held;) {
      at = parent_path(at);
      const auto above = items_.find(std::string(at));
      if (above == items_.end() || !above->second.directory || above->second.source.empty())
        continue;
      held = above->second.source == above->first &&
             (item.kind == ItemKind::link || holds_alike(above->second, item));
    }
    if (!held) plan_.items.push_back(item);
  }
  return std::move(plan_);
}

}  // namespace stockade::jail
