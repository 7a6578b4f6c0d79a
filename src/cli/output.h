// Results on stdout, everything else on stderr; files whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace stockade::cli {

// Writes all of `text` to stdout. A reader that went away ("| head") is no error: it has what it
// wanted. A full disk is one.
Result<void> write_stdout(std::string_view text);

// "stockade: ..." on stderr; what cannot be said there is lost.
void say(std::string_view text);

// The result of a command: to `file`, or to stdout where that is empty or "-". `mode` is that of a
// new file.
Result<void> deliver(const std::string& file, std::string_view text, unsigned mode = 0644);

// The whole of a file, or of stdin for "-". `what` names it in the message: "the snapshot".
Result<std::string> read_input(const std::string& file, const std::string& what);

}  // namespace stockade::cli
