// Whether a jail still holds what the host has: after an upgrade of a package its mounts still show
// the old files. The kernel tells it in one read; nothing is hashed.
//
// Source: proc_pid_mountinfo(5): the root of a mount whose file was removed ends in "//deleted".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jail/plan/plan.h"

namespace stockade::jail {

// The paths inside whose file on the host was replaced or removed since.
std::vector<std::string> stale_mounts(std::string_view mountinfo);

// Device, inode and time of the host's files that were copied: a change of it is a new file.
std::vector<std::string> copied_identity(const Plan& plan);

}  // namespace stockade::jail
