// One package as rpm's database holds it: a header of tagged values.
//
// Distrusts: every length and offset in it. Source:
// https://rpm-software-management.github.io/rpm/manual/format_header.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::host {

struct RpmFile {
  std::string path;
  std::string digest;  // hexadecimal; empty for folders and links
  uint32_t flags = 0;  // bits of RpmFileFlag
};
enum RpmFileFlag : uint32_t { kRpmConfig = 1, kRpmDocumentation = 2, kRpmGhost = 64 };

struct RpmPackage {
  std::string name;
  std::string version;  // "2.4.57-5.el9", with "1:" in front where there is an epoch
  bool sha256 = false;  // what the digests are; MD5 else
  std::vector<RpmFile> files;
};

// Nothing where the bytes are no header with a name.
std::optional<RpmPackage> read_rpm_header(std::string_view bytes);

}  // namespace stockade::host
