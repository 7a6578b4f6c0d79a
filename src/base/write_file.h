// Writing without halves: a file has its old content or all of the new one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace stockade {

// All of `text` to an open descriptor; `name` is for the message.
Result<void> write_all(int descriptor, std::string_view text, const std::string& name);

// Replaces `path` by way of a new file beside it, written, synced and renamed; on any error the old
// one is untouched and nothing is left behind. A new file gets `mode`, an existing one keeps its
// own. What is no regular file (/dev/stdout, a pipe) is written to as it is; a link is followed.
Result<void> write_file(const std::string& path, std::string_view text, unsigned mode = 0644);

}  // namespace stockade
