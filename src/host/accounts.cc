#include "host/accounts.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/text.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxAccounts = 64 << 20;

std::optional<uint32_t> parse_id(std::string_view text) {
  const auto number = parse_number(text);
  if (!number || *number < 0 || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

// '!' in front locks a password, '*' is none that could be typed.
bool is_locked(std::string_view password) {
  return password.starts_with('!') || password.starts_with('*');
}

// The places besides files that `database` is looked up in.
std::vector<std::string> other_sources(std::string_view nsswitch, std::string_view database) {
  std::vector<std::string> others;
  for (std::string_view line : split(nsswitch, '\n')) {
    line = line.substr(0, line.find('#'));
    const auto words = split_words(line);
    if (words.empty() || words[0].substr(0, words[0].find(':')) != database) continue;
    for (size_t i = 1; i < words.size(); ++i) {
      const std::string_view word = words[i];
      const bool local = word == "files" || word == "compat" || word == "systemd" ||
                         word == "altfiles" || word.starts_with('[');
      if (!local) others.emplace_back(word);
    }
  }
  return others;
}

}  // namespace

std::vector<Account> parse_passwd(std::string_view text) {
  std::vector<Account> accounts;
  for (std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() != 7 || fields[0].empty()) continue;
    const auto uid = parse_id(fields[2]);
    const auto gid = parse_id(fields[3]);
    if (!uid || !gid) continue;
    Account account{std::string(fields[0]),       *uid,        *gid, std::string(fields[5]),
                    std::string(trim(fields[6])), std::nullopt};
    if (fields[1] != "x") account.locked = is_locked(fields[1]);
    accounts.push_back(std::move(account));
  }
  return accounts;
}

std::vector<Group> parse_group(std::string_view text) {
  std::vector<Group> groups;
  for (std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() != 4 || fields[0].empty()) continue;
    const auto gid = parse_id(fields[2]);
    if (!gid) continue;
    Group group{std::string(fields[0]), *gid, {}};
    for (std::string_view member : split(fields[3], ',')) {
      if (!trim(member).empty()) group.members.emplace_back(trim(member));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

void apply_shadow(std::string_view text, std::vector<Account>& accounts) {
  std::unordered_map<std::string_view, bool> locked;
  for (std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() >= 2 && !fields[0].empty()) locked.emplace(fields[0], is_locked(fields[1]));
  }
  for (Account& account : accounts) {
    if (account.locked) continue;  // passwd holds the password itself
    if (const auto found = locked.find(account.name); found != locked.end()) {
      account.locked = found->second;
    }
  }
}

void collect_accounts(const FileSystem& files, Snapshot& snapshot, Gaps& gaps) {
  const auto passwd = files.read("/etc/passwd", kMaxAccounts);
  const auto group = files.read("/etc/group", kMaxAccounts);
  if (!passwd || !group) {
    return gaps.add("users and groups", passwd ? group.error() : passwd.error(), {"accounts"});
  }
  snapshot.accounts = parse_passwd(*passwd);
  snapshot.groups = parse_group(*group);
  snapshot.coverage.accounts = true;
  if (const auto shadow = files.read("/etc/shadow", kMaxAccounts)) {
    apply_shadow(*shadow, snapshot.accounts);
  } else {
    gaps.add("whether accounts are locked", shadow.error(), {"accounts"});
  }
  const auto nsswitch = files.read("/etc/nsswitch.conf", kMaxAccounts);
  const auto others = nsswitch ? other_sources(*nsswitch, "passwd") : std::vector<std::string>();
  if (!others.empty()) {
    gaps.add("users and groups of " + join(others, ", "),
             "nsswitch.conf looks accounts up there too; only /etc/passwd and /etc/group are read",
             {"accounts"});
  }
}

}  // namespace stockade::host
