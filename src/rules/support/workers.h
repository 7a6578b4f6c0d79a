// The account that httpd's workers run as, and what it may write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/snapshot.h"
#include "rules/reporter.h"

namespace stockade::rules {

struct Worker {
  std::string name;                       // as User names it; empty: no User directive
  const conf::Directive* user = nullptr;  // the User directive in force
  std::optional<uint32_t> uid;            // not known where the accounts were not collected
  std::vector<uint32_t> gids;             // Group, and every group that names it as a member

  bool known() const { return uid.has_value(); }
};
Worker worker_of(const Snapshot& snapshot);

// Whether owners and modes are those of the machine audited; where a copy may have lost them this
// says so in the report: `what` is then not checked ("who may write the logs").
bool owners_are_known(const Snapshot& snapshot, Reporter& report, std::string_view what);

// By the permission bits of the path itself; the superuser is not asked about.
bool may_write(const Worker& worker, const FileStatus& status);
bool may_read(const Worker& worker, const FileStatus& status);

// Whether somebody else than root may change what lies there: the owner, a group that is not
// root's, everybody. Sticky directories (/tmp) let nobody rename what is not his own.
bool is_writable_by_others(const FileStatus& status);

// "root:root 0755", by name where the accounts are known.
std::string owner_and_mode(const Snapshot& snapshot, const FileStatus& status);

}  // namespace stockade::rules
