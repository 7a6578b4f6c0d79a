#include "jail/verify/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/descriptor.h"
#include "base/live_file_system.h"
#include "base/text.h"

namespace stockade::jail {
namespace {

constexpr int kMostEntries = 400'000;

struct Inmate {
  int process = 0;
  std::string name;
  std::map<std::string, std::string, std::less<>> status;

  std::string field(std::string_view key) const {
    const auto found = status.find(key);
    return found == status.end() ? "" : found->second;
  }
};

// A unit of systemd may have added one outside: what counts is what process 1 has not.
int filters_of(const Inmate& inmate) {
  return static_cast<int>(parse_number(inmate.field("Seccomp_filters")).value_or(0));
}

std::string slurp(const std::string& path) {
  return LiveFileSystem().read(path, 16 << 20).value_or("");
}

std::string namespace_of(int process, const char* kind) {
  char target[64] = {};
  const std::string path = "/proc/" + std::to_string(process) + "/ns/" + kind;
  return readlink(path.c_str(), target, sizeof target - 1) > 0 ? target : "";
}

std::vector<Inmate> inmates_of(int first) {
  std::vector<Inmate> all;
  const std::string own = namespace_of(first, "pid");
  const auto names = LiveFileSystem().list("/proc");
  if (!names) return all;
  for (const std::string& name : *names) {
    const auto number = parse_number(name);
    if (!number || namespace_of(static_cast<int>(*number), "pid") != own) continue;
    Inmate inmate;
    inmate.process = static_cast<int>(*number);
    const std::string text = slurp("/proc/" + name + "/status");
    for (const std::string_view line : split(text, '\n')) {
      const size_t colon = line.find(':');
      if (colon != std::string_view::npos)
        inmate.status.emplace(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
    inmate.name = inmate.field("Name");
    all.push_back(std::move(inmate));
  }
  return all;
}

struct Mount {
  std::string at;
  std::set<std::string> options;
  std::string kind;
};
std::vector<Mount> mounts_of(int process) {
  std::vector<Mount> all;
  const std::string text = slurp("/proc/" + std::to_string(process) + "/mountinfo");
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split_words(line);
    if (fields.size() < 7) continue;
    Mount mount;
    mount.at = fields[4];
    for (const std::string_view option : split(fields[5], ',')) mount.options.emplace(option);
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (dash != fields.end() && dash + 1 != fields.end()) mount.kind = *(dash + 1);
    all.push_back(std::move(mount));
  }
  return all;
}

struct Census {
  std::vector<std::string> programs;  // executable and no library
  std::vector<std::string> setuid;
  std::vector<std::string> devices;
  std::vector<std::string> shells;
  int entries = 0;
};

bool is_library_name(std::string_view name) {
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos;
}

// Walks the root of the jail from outside, never leaving by a link. `code` tells whether the mount
// it lies on may hold code.
void walk(int directory, const std::string& path,
          bool (*is_code)(const std::string&, const std::vector<Mount>&),
          const std::vector<Mount>& mounts, Census& census, int depth) {
  const int again = dup(directory);
  DIR* stream = again < 0 ? nullptr : fdopendir(again);
  if (stream == nullptr) {
    if (again >= 0) close(again);
    return;
  }
  while (const dirent* entry = readdir(stream)) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || ++census.entries > kMostEntries) continue;
    struct stat status{};
    if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    const std::string at = path + "/" + name;
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) census.devices.push_back(at);
    if (S_ISREG(status.st_mode)) {
      if ((status.st_mode & (S_ISUID | S_ISGID)) != 0) census.setuid.push_back(at);
      const bool runs = (status.st_mode & 0111) != 0 && is_code(at, mounts);
      if (runs && (!is_library_name(name) || name.starts_with("ld-linux")))
        census.programs.push_back(at);
      if (runs &&
          (name == "sh" || name == "bash" || name == "dash" || name == "zsh" || name == "busybox"))
        census.shells.push_back(at);
    }
    if (S_ISDIR(status.st_mode) && depth > 0) {
      const Descriptor inner(
          openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (inner) walk(inner.get(), at, is_code, mounts, census, depth - 1);
    }
  }
  closedir(stream);
}

bool lies_on_code(const std::string& path, const std::vector<Mount>& mounts) {
  const Mount* best = nullptr;
  for (const Mount& mount : mounts) {
    const bool holds = mount.at == "/" || path == mount.at || path.starts_with(mount.at + "/");
    if (holds && (best == nullptr || mount.at.size() >= best->at.size())) best = &mount;
  }
  return best != nullptr && !best->options.contains("noexec");
}

std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (size_t i = 0; i < all.size() && i < 6; ++i) text += (i == 0 ? "" : ", ") + all[i];
  return all.size() > 6 ? text + " and " + std::to_string(all.size() - 6) + " more" : text;
}

class Inventory {
 public:
  explicit Inventory(const InventoryTask& task)
      : task_(task), inmates_(inmates_of(task.process)), mounts_(mounts_of(task.process)) {}

  Result<std::vector<Proof>> take() {
    if (inmates_.empty())
      return fail({"look into", "the jail", "its processes are not to be seen",
                   "run as root on the machine itself", 0});
    const std::string root = "/proc/" + std::to_string(task_.process) + "/root";
    const Descriptor directory(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) return fail_errno("look into", root, errno);
    if (task_.ground.level >= Level::full) {
      walk(directory.get(), "", lies_on_code, mounts_, census_, 24);
      prove_files();
      prove_mounts();
    }
    prove_processes();
    prove_namespaces();
    return std::move(proofs_);
  }

 private:
  void prove(const char* name, const char* what, bool holds, std::string evidence, Level from) {
    proofs_.push_back({name, what, holds, task_.ground.level >= from, std::move(evidence)});
  }

  void prove_files() {
    std::set<std::string> planned;
    std::vector<std::string> tool_directories;
    for (const Item& item : task_.items) {
      if (item.kind == ItemKind::program || item.kind == ItemKind::loader ||
          item.kind == ItemKind::tool)
        planned.insert(item.path);
      if (item.kind == ItemKind::tool) tool_directories.push_back(item.path + "/");
    }
    std::vector<std::string> strangers;
    std::vector<std::string> own;
    bool has_shell_tool = false;
    for (const std::string& path : census_.programs) {
      bool is_site = false;
      for (const std::string& directory : tool_directories)
        is_site = is_site || path.starts_with(directory);
      if (!planned.contains(path) && !is_site) strangers.push_back(path);
      if (!is_site) own.push_back(path);
    }
    for (const std::string& path : census_.shells)
      has_shell_tool = has_shell_tool || planned.contains(path);
    prove("programs", "the programs inside are those of the plan", strangers.empty(),
          strangers.empty() ? std::to_string(own.size()) + " and the site's own: " + listed(own)
                            : listed(strangers),
          Level::full);
    prove("no-shell",
          has_shell_tool ? "no shell inside but what the plan names" : "there is no shell inside",
          census_.shells.empty() || has_shell_tool,
          census_.shells.empty()
              ? std::to_string(census_.entries) + " files and directories looked at"
              : listed(census_.shells),
          Level::full);
    prove("no-setuid", "no program inside runs as its owner", census_.setuid.empty(),
          listed(census_.setuid), Level::full);
    std::vector<std::string> devices = census_.devices;
    std::erase_if(devices, [](const std::string& path) {
      return path == "/dev/null" || path == "/dev/zero" || path == "/dev/urandom";
    });
    prove("no-devices", "no device inside but null, zero and urandom", devices.empty(),
          listed(devices), Level::full);
  }

  void prove_mounts() {
    std::vector<std::string> both;
    std::vector<std::string> with_setuid;
    size_t writable = 0;
    for (const Mount& mount : mounts_) {
      const bool is_writable = mount.options.contains("rw");
      if (is_writable) ++writable;
      if (is_writable && !mount.options.contains("noexec")) both.push_back(mount.at);
      if (!mount.options.contains("nosuid")) with_setuid.push_back(mount.at);
    }
    prove("write-or-run", "no mount may be written to and hold programs", both.empty(),
          both.empty() ? std::to_string(mounts_.size()) + " mounts, " + std::to_string(writable) +
                             " of them writable"
                       : listed(both),
          Level::full);
    prove("mounts-nosuid", "no mount gives rights to programs", with_setuid.empty(),
          listed(with_setuid), Level::full);
    const bool root_is_closed =
        !mounts_.empty() && std::any_of(mounts_.begin(), mounts_.end(), [](const Mount& mount) {
          return mount.at == "/" && mount.kind == "tmpfs" && mount.options.contains("ro");
        });
    prove("own-root", "the root is the jail's own and read-only", root_is_closed, "", Level::full);
  }

  void prove_processes() {
    std::vector<std::string> gaining;
    std::vector<std::string> unfiltered;
    std::vector<std::string> rights;
    std::vector<std::string> single;
    std::vector<std::string> directories;
    size_t workers = 0;
    for (const Inmate& inmate : inmates_) {
      const std::string who = inmate.name + " " + std::to_string(inmate.process);
      if (inmate.field("NoNewPrivs") != "1") gaining.push_back(who);
      if (inmate.field("Seccomp") != "2") unfiltered.push_back(who);
      const auto uids = split_words(inmate.field("Uid"));
      const auto uid = uids.size() > 1 ? parse_number(uids[1]).value_or(0) : 0;
      const bool is_root = uid == task_.root_uid || uid == 0;
      const uint64_t effective = strtoull(inmate.field("CapEff").c_str(), nullptr, 16);
      const uint64_t bounding = strtoull(inmate.field("CapBnd").c_str(), nullptr, 16);
      // SETUID SETGID KILL CHOWN, and SYS_CHROOT where httpd changes the root itself.
      const uint64_t allowed =
          0xE1u | (task_.ground.level == Level::chroot ? uint64_t{1} << 18 : 0);
      if ((bounding & ~allowed) != 0 || (!is_root && effective != 0)) rights.push_back(who);
      const bool is_worker = !is_root && (inmate.name == "apache2" || inmate.name == "httpd");
      if (is_worker) ++workers;
      if (is_worker && filters_of(inmate) <= filters_of(inmates_.front())) single.push_back(who);
      note_directories(inmate, directories);
    }
    const std::string count = std::to_string(inmates_.size()) + " processes";
    prove("no-new-rights", "no process gains rights by starting a program", gaining.empty(),
          gaining.empty() ? count : listed(gaining), Level::unit);
    prove("filtered", "every process has a system call filter", unfiltered.empty(),
          unfiltered.empty() ? count : listed(unfiltered), Level::unit);
    prove("few-rights", "four capabilities at most, and none in workers", rights.empty(),
          rights.empty() ? count : listed(rights), Level::unit);
    // mod_cgid's daemon is one of httpd's processes, and starts the CGIs.
    const bool has_cgi = std::any_of(task_.items.begin(), task_.items.end(),
                                     [](const Item& item) { return item.kind == ItemKind::tool; });
    const size_t daemons = has_cgi ? 1 : 0;
    // Before Linux 5.9 they are not counted.
    if (task_.worker_filter && filters_of(inmates_.front()) > 0) {
      prove("two-filters", "every worker of httpd has the second filter",
            workers > single.size() && single.size() <= daemons,
            std::to_string(workers - single.size()) + " workers" +
                (single.size() == 1 && has_cgi ? ", and mod_cgid's daemon without" : ""),
            Level::strict);
    }
    prove("no-open-directories", "no process holds a directory that leads out", directories.empty(),
          listed(directories), Level::full);
  }

  static void note_directories(const Inmate& inmate, std::vector<std::string>& found) {
    const std::string base = "/proc/" + std::to_string(inmate.process) + "/fd";
    const auto names = LiveFileSystem().list(base);
    if (!names) return;
    for (const std::string& name : *names) {
      const auto status = LiveFileSystem().status(base + "/" + name);
      if (status && status->type == FileType::directory)
        found.push_back(inmate.name + " " + std::to_string(inmate.process) + " file " + name);
    }
  }

  void prove_namespaces() {
    std::string shared;
    const int self = static_cast<int>(getpid());
    for (const char* kind : {"mnt", "pid"}) {
      if (namespace_of(task_.process, kind) == namespace_of(self, kind))
        shared += std::string(kind) + " ";
    }
    prove("own-mounts", "mounts and processes are its own", shared.empty(), shared, Level::unit);
    shared.clear();
    for (const char* kind : {"ipc", "uts", "cgroup", "user", "net"}) {
      const std::string_view name = kind;
      const bool is_wanted =
          (name != "net" || task_.ground.own_network) && (name != "user" || task_.ground.own_users);
      if (is_wanted && namespace_of(task_.process, kind) == namespace_of(self, kind))
        shared += std::string(kind) + " ";
    }
    prove("own-namespaces", "everything else is its own too", shared.empty(), shared, Level::full);
    const std::string map = slurp("/proc/" + std::to_string(task_.process) + "/uid_map");
    const auto words = split_words(std::string_view(map).substr(0, map.find('\n')));
    const bool mapped = words.size() == 3 && words[0] == "0" &&
                        words[1] == std::to_string(task_.root_uid) && words[2] == "1" &&
                        task_.root_uid != 0;
    // Lost where users or owners cannot be mapped: said among the losses.
    if (task_.ground.own_users && task_.root_uid != 0) {
      prove("nobody-outside", "its root is nobody outside", mapped,
            words.size() == 3 ? "0 is " + std::string(words[1]) + " outside" : "", Level::full);
    }
  }

  const InventoryTask& task_;
  std::vector<Inmate> inmates_;
  std::vector<Mount> mounts_;
  Census census_;
  std::vector<Proof> proofs_;
};

}  // namespace

Result<std::vector<Proof>> take_inventory(const InventoryTask& task) {
  return Inventory(task).take();
}

}  // namespace stockade::jail
