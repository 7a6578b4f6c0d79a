#include "jail/run/user_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/write_file.h"

namespace stockade::jail {
namespace {

Result<void> write_map(pid_t process, const char* file, const std::string& text) {
  const std::string path = "/proc/" + std::to_string(process) + "/" + file;
  const Descriptor map(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!map) return fail_errno("write", path, errno);
  return write_all(map.get(), text, path);
}

struct Ids {
  std::set<uint32_t> users;
  std::set<uint32_t> groups;
};
Ids ids_of(const Plan& plan) {
  Ids ids;
  for (const Account& account : plan.accounts) {
    ids.users.insert(account.uid);
    ids.groups.insert(account.gid);
  }
  return ids;
}

std::string line(uint32_t inside, uint32_t outside, uint32_t count) {
  return std::to_string(inside) + " " + std::to_string(outside) + " " + std::to_string(count) +
         "\n";
}

std::string map_of_accounts(uint32_t root, const std::set<uint32_t>& same) {
  std::string text = line(0, root, 1);
  for (const uint32_t id : same) text += line(id, id, 1);
  return text;
}

// Everybody, moved up beside the jail's root, but for the accounts that are themselves.
std::string map_of_owners(uint32_t root, const std::set<uint32_t>& same) {
  constexpr uint32_t kLast = 65535;
  std::string text;
  uint32_t at = 0;
  for (const uint32_t id : same) {
    if (id > at) text += line(at, root + at, id - at);
    text += line(id, id, 1);
    at = id + 1;
  }
  if (at <= kLast) text += line(at, root + at, kLast - at + 1);
  return text;
}

Result<Descriptor> namespace_with(const std::string& users, const std::string& groups) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail_errno("make", "a user namespace", errno);
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    const bool made = unshare(CLONE_NEWUSER) == 0;
    const char answer = made ? 'y' : 'n';
    if (write(write_end.get(), &answer, 1) != 1) _exit(1);
    for (;;) pause();
  }
  if (child < 0) return fail_errno("make", "a user namespace", errno);
  char answer = 'n';
  Result<void> done;
  Descriptor made;
  if (read(read_end.get(), &answer, 1) != 1 || answer != 'y') {
    done = fail_errno("make", "a user namespace", EPERM);
  } else {
    done = write_map(child, "uid_map", users).and_then([&] {
      return write_map(child, "gid_map", groups);
    });
    const std::string path = "/proc/" + std::to_string(child) + "/ns/user";
    made = Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (done && !made) done = fail_errno("open", path, errno);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  if (!done) return fail(done.error());
  return made;
}

}  // namespace

Result<Descriptor> make_user_namespace(const Plan& plan) {
  const Ids ids = ids_of(plan);
  return namespace_with(map_of_accounts(plan.root_uid, ids.users),
                        map_of_accounts(plan.root_uid, ids.groups));
}

Result<Descriptor> make_owner_map(const Plan& plan) {
  const Ids ids = ids_of(plan);
  return namespace_with(map_of_owners(plan.root_uid, ids.users),
                        map_of_owners(plan.root_uid, ids.groups));
}

}  // namespace stockade::jail
