// The mounts that a tree is made of, one function a form.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace stockade::jail {

// In memory. `options` as mount(8) takes them: "mode=755,size=16m".
Result<void> mount_memory(const std::string& at, const std::string& options, bool executable);

struct BindWishes {
  bool writable = false;
  bool executable = false;
  bool device = false;
  int owner_map = -1;  // a user namespace: owners are shown as it sees them
};
// `source` after all links, a file or a directory with what is mounted below it.
Result<void> bind_mount(const std::string& source, const std::string& at, const BindWishes& wishes);

// Sets and clears MOUNT_ATTR_* bits of the mount at `at`.
Result<void> change_mount(const std::string& at, uint64_t set, uint64_t clear, bool recursive);

}  // namespace stockade::jail
