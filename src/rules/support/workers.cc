#include "rules/support/workers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace stockade::rules {

namespace {

constexpr uint32_t kOwnerWrites = 0200;
constexpr uint32_t kGroupWrites = 0020;
constexpr uint32_t kOthersWrite = 0002;
constexpr uint32_t kSticky = 01000;

std::optional<uint32_t> number_of(std::string_view name) {
  if (!name.starts_with('#')) return std::nullopt;
  const auto number = parse_number(name.substr(1));
  if (!number || *number < 0 || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

std::optional<uint32_t> uid_of(const Snapshot& snapshot, std::string_view name) {
  if (const auto number = number_of(name)) return number;
  if (name == "root") return 0;
  const host::Account* account = snapshot.account(name);
  return account == nullptr ? std::nullopt : std::optional(account->uid);
}

void add_groups(const Snapshot& snapshot, Worker& worker) {
  if (const conf::Directive* d = snapshot.servers.main().last("Group")) {
    if (const auto number = number_of(d->arg(0))) worker.gids.push_back(*number);
    if (const host::Group* group = snapshot.group(d->arg(0))) worker.gids.push_back(group->gid);
  }
  for (const host::Group& group : snapshot.groups) {
    const auto& members = group.members;
    if (std::find(members.begin(), members.end(), worker.name) != members.end()) {
      worker.gids.push_back(group.gid);
    }
  }
}

bool has_permission(const Worker& worker, const FileStatus& status, uint32_t others_bit) {
  if (worker.uid == status.uid) return (status.mode & (others_bit << 6U)) != 0;
  const bool in_group =
      std::find(worker.gids.begin(), worker.gids.end(), status.gid) != worker.gids.end();
  if (in_group) return (status.mode & (others_bit << 3U)) != 0;
  return (status.mode & others_bit) != 0;
}

}  // namespace

bool owners_are_known(const Snapshot& snapshot, Reporter& report, std::string_view what) {
  if (snapshot.coverage.owners) return true;
  report.not_checked(std::string(what), "this copy may not have kept owners and modes",
                     "run on the server itself");
  return false;
}

Worker worker_of(const Snapshot& snapshot) {
  Worker worker;
  worker.user = snapshot.servers.main().last("User");
  if (worker.user == nullptr) return worker;
  worker.name = worker.user->arg(0);
  worker.uid = uid_of(snapshot, worker.name);
  add_groups(snapshot, worker);
  return worker;
}

bool may_write(const Worker& worker, const FileStatus& status) {
  return has_permission(worker, status, kOthersWrite);
}

bool may_read(const Worker& worker, const FileStatus& status) {
  return has_permission(worker, status, 0004);
}

bool is_writable_by_others(const FileStatus& status) {
  if (status.type == FileType::symlink) return false;
  if (status.uid != 0 && (status.mode & kOwnerWrites) != 0) return true;
  const bool sticky = status.type == FileType::directory && (status.mode & kSticky) != 0;
  if (sticky) return false;
  if (status.gid != 0 && (status.mode & kGroupWrites) != 0) return true;
  return (status.mode & kOthersWrite) != 0;
}

std::string owner_and_mode(const Snapshot& snapshot, const FileStatus& status) {
  const host::Account* owner = snapshot.account(status.uid);
  std::string group = fmt::format("{}", status.gid);
  for (const host::Group& known : snapshot.groups) {
    if (known.gid == status.gid) group = known.name;
  }
  return fmt::format("{}:{} {:04o}", owner == nullptr ? fmt::format("{}", status.uid) : owner->name,
                     group, status.mode & 07777U);
}

}  // namespace stockade::rules
