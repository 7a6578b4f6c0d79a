// Which machine this is, who looks, and when.
#pragma once

#include <string>

#include "base/file_system.h"
#include "host/snapshot.h"

namespace stockade::host {

// The name of the user who runs this program, or "uid 1000" where /etc/passwd has none.
std::string current_user();

// "2026-11-24T21:30:00Z".
std::string now_as_text();

// Sets hostname, os, taken_at and taken_by.
void collect_identity(const FileSystem& files, bool live, Snapshot& snapshot);

}  // namespace stockade::host
