#include "jail/run/closing.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "jail/confine/landlock.h"
#include "jail/confine/rights.h"
#include "jail/confine/system_calls.h"

namespace stockade::jail {
namespace {

// Whether a process here may make that namespace.
bool may_unshare(int flags) {
  const pid_t child = fork();
  if (child == 0) _exit(unshare(flags) == 0 ? 0 : 1);
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

void note_landlock(Closing& closing) {
  const int version = closing.landlock;
  const auto lose = [&](int needed, const char* kernel, const char* what) {
    if (version < needed)
      closing.losses.push_back(
          {what, std::string("this kernel's Landlock is too old (") + kernel + " has it)"});
  };
  lose(1, "Linux 5.13", "limits on which files may be opened, over and above owners and mounts");
  lose(3, "6.2", "logs that cannot be cut");
  lose(4, "6.7", "refused connections by TCP, where the network is the host's");
  lose(6, "6.12", "refused abstract sockets and signals between the services inside");
}

uint64_t access_of(const Item& item, bool may_start) {
  switch (item.kind) {
    case ItemKind::program:
      return kReadFile | (may_start ? uint64_t{kExecute} : 0);
    case ItemKind::loader:
    case ItemKind::tool:
      return kReading | kExecute;
    case ItemKind::runtime:
    case ItemKind::state:
      return kOwning;
    case ItemKind::log:
      return kAppending;
    case ItemKind::device:
      return kReadFile | kWriteFile;
    default:
      return kReading;
  }
}

Result<void> denied(const char* what) { return fail_errno("close the jail by", what, errno); }

Result<void> leave_rights(const Plan& plan, Role role) {
  if (role == Role::master) return {};
  const bool is_php = role == Role::php;
  for (const Service& service : plan.services) {
    if ((service.name != "httpd") != is_php) continue;
    if (setgroups(0, nullptr) != 0 || setresgid(service.gid, service.gid, service.gid) != 0 ||
        setresuid(service.uid, service.uid, service.uid) != 0)
      return denied("becoming the account of its workers");
  }
  return {};
}

}  // namespace

std::string_view to_string(Role role) {
  constexpr std::string_view kNames[] = {"master", "worker", "cgi", "php"};
  return kNames[static_cast<size_t>(role)];
}

Result<Closing> make_closing(const Plan& plan, Level level) {
  Closing closing;
  closing.level = level;
  if (level == Level::report) return closing;
  const auto cannot = [&](const char* what, const char* best) {
    return fail({"make a jail of level", std::string(to_string(level)),
                 std::string("this machine does not let us ") + what, best, EPERM});
  };
  if (geteuid() != 0) return cannot("close anything: we are not root", "run it as root");
  if (!may_unshare(CLONE_NEWNS))
    return cannot(
        "make mounts of our own (a container, perhaps)",
        "\"stockade jail unit\" prints a unit that closes httpd in by the system's own means");
  closing.landlock = landlock_version();
  const FilterWishes wishes{.network = !plan.backends.empty() || level < Level::full,
                            .network_at_start = plan.opens_unused_socket,
                            .chroot = level == Level::chroot,
                            .programs = plan.runs_programs,
                            .system_v = plan.uses_system_v};
  auto whole = make_filter(FilterKind::whole, wishes);
  if (!whole) return fail(whole.error());
  closing.whole_filter = *whole;
  closing.own_network = closing.own_users = level >= Level::full;
  if (level >= Level::full) {
    if (!may_unshare(CLONE_NEWUSER)) {
      closing.own_users = false;
      closing.losses.push_back(
          {"a root inside that is nobody outside", "this kernel refuses user namespaces"});
    }
    closing.own_network = std::none_of(plan.backends.begin(), plan.backends.end(),
                                       [](const Backend& one) { return one.host.empty(); });
    if (closing.own_network && !may_unshare(CLONE_NEWNET)) {
      closing.own_network = false;
      closing.losses.push_back({"an empty network", "this machine refuses network namespaces"});
    }
    closing.relays = closing.own_network && !plan.backends.empty();
  }
  if (level == Level::strict && plan.workers_start_programs) {
    closing.losses.push_back(
        {"workers that can start no program",
         "mod_cgi starts CGIs from the workers; mod_cgid does it from a process of its own"});
  } else if (level == Level::strict) {
    auto worker =
        make_filter(plan.has_php_module ? FilterKind::php_worker : FilterKind::worker, wishes);
    if (!worker) return fail(worker.error());
    closing.worker_filter = *worker;
  }
  if (level == Level::strict && !plan.backends.empty()) {
    closing.losses.push_back({"workers that can open no socket of the internet",
                              "the site connects to others: " + plan.backends.front().why});
  }
  if (level >= Level::full) note_landlock(closing);
  return closing;
}

Result<void> close_in(const Closing& closing) {
  // Below full there is one user namespace, and these are capabilities on the host.
  const bool kept =
      closing.level == Level::chroot
          ? keep_capabilities({CAP_SETUID, CAP_SETGID, CAP_KILL, CAP_CHOWN, CAP_SYS_CHROOT})
          : keep_capabilities({CAP_SETUID, CAP_SETGID, CAP_KILL, CAP_CHOWN});
  if (!kept) return denied("dropping capabilities");
  if (!refuse_new_privileges()) return denied("no_new_privs");
  refuse_writable_code();  // before Linux 6.3 the filter alone does it
  if (!load_filter(closing.whole_filter.data(), closing.whole_filter.size()))
    return denied("its system call filter");
  return {};
}

Result<void> close_in_service(const Closing& closing, const Plan& plan, bool is_php) {
  if (closing.level < Level::full || closing.landlock == 0) return {};
  Landlock rules(closing.landlock);
  if (!rules.valid()) return denied("Landlock");
  for (const Item& item : plan.items) {
    const bool is_php_program = item.kind == ItemKind::program && item.why.starts_with("php");
    const uint64_t access = access_of(item, is_php_program == is_php);
    if (item.kind == ItemKind::link) continue;
    if (!rules.allow(item.path.c_str(), access))
      return fail_errno("allow inside", item.path, errno);
  }
  for (const Backend& backend : plan.backends) rules.allow_connecting(backend.port);
  if (!rules.enforce()) return denied("Landlock");
  return {};
}

std::vector<std::string> programs_of(const Plan& plan) {
  std::vector<std::string> paths;
  for (const Item& item : plan.items) {
    if (item.kind == ItemKind::tool || (item.kind == ItemKind::loader && plan.runs_programs))
      paths.push_back(item.path);
  }
  return paths;
}

Result<void> become(const Closing& closing, const Plan& plan, Role role,
                    const std::string& staging) {
  const bool is_php = role == Role::php;
  if (closing.level == Level::chroot) {
    const bool enters = role != Role::master;
    if (enters && (chroot(staging.c_str()) != 0 || chdir("/") != 0)) return denied("chroot");
    return leave_rights(plan, role);
  }
  if (auto done = close_in_service(closing, plan, is_php); !done) return done;
  if (!is_php && closing.level >= Level::full && closing.landlock > 0) {
    Landlock layer(closing.landlock, true);
    for (const std::string& path : programs_of(plan)) layer.allow(path.c_str(), kExecute);
    if (!layer.enforce()) return denied("the programs that may be started");
  }
  if (auto done = leave_rights(plan, role); !done) return done;
  if (role == Role::worker && !closing.worker_filter.empty() &&
      !load_filter(closing.worker_filter.data(), closing.worker_filter.size()))
    return denied("the workers' filter");
  return {};
}

}  // namespace stockade::jail
