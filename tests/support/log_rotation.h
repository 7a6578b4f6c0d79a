// What rotates logs does to their files.
#pragma once

#include <string>
#include <string_view>

namespace stockade::test {

// "log.1" becomes "log.2" and so on, packed or not, from the last of `most` down.
void shift_rotated(const std::string& log, int most);
// Makes "path.gz" with the time of the original, `pause` after each of its pieces, and removes the
// original then.
void gzip_file(const std::string& path, void (*pause)() = nullptr);

std::string content_of(const std::string& path);
void append_to(int descriptor, std::string_view text);  // all of it, or the test fails

}  // namespace stockade::test
