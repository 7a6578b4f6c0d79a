// User namespaces that are held by a file: one to be entered, in which the jail's root is somebody
// without rights outside and its accounts are themselves; and one that mounts are seen through, so
// that root's logs are the jail's root's.
#pragma once

#include "base/descriptor.h"
#include "base/result.h"
#include "jail/plan/plan.h"

namespace stockade::jail {

// Source: user_namespaces(7).
Result<Descriptor> make_user_namespace(const Plan& plan);

// Owners of files as the jail sees them: root's are its root's, its accounts' are theirs, everybody
// else's nobody's; all of them keep their owner on the disk.
// Source: mount_setattr(2), "ID-mapped mounts".
Result<Descriptor> make_owner_map(const Plan& plan);

}  // namespace stockade::jail
