// Whether an error tells something about a file, or only about who looked at it.
#pragma once

namespace stockade {

// `code` is an errno value of a FileSystem: no permission, outside the copy (EXDEV), too large for
// us (EFBIG), never at rest while it was read (EAGAIN), a disk that fails (EIO). Such an error says
// nothing about what another program would find there.
bool is_blind(int code);

}  // namespace stockade
