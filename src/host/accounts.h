// Users and groups, from the files alone: no name service is asked.
//
// Distrusts: malformed lines (skipped), accounts that live elsewhere (a Gap where nsswitch.conf
// names such a place), and /etc/shadow, of which nothing but "locked" leaves this file.
#pragma once

#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "host/gaps.h"
#include "host/snapshot.h"

namespace stockade::host {

std::vector<Account> parse_passwd(std::string_view text);
std::vector<Group> parse_group(std::string_view text);
// Sets Account::locked of every account that `text` has a line for.
void apply_shadow(std::string_view text, std::vector<Account>& accounts);

// Sets accounts, groups and coverage.accounts.
void collect_accounts(const FileSystem& files, Snapshot& snapshot, Gaps& gaps);

}  // namespace stockade::host
