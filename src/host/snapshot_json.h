// A Snapshot as text, so that one machine's can be audited on another: `stockade snapshot`.
// Schema "stockade/snapshot/1". The configuration is kept as the files and listings that reading it
// needed, and is read again from them: the text cannot disagree with the tree.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "host/snapshot.h"

namespace stockade::host {

std::string write_snapshot(const Snapshot& snapshot);

// `name` is the file it came from, for messages. The text is hostile input: an error says where and
// what was expected.
Result<Snapshot> read_snapshot(std::string_view json, std::string_view name);

}  // namespace stockade::host
