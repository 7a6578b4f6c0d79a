#include "host/rpm_header.h"

#include <array>
#include <utility>

namespace stockade::host {
namespace {

enum Tag : uint32_t {
  kName = 1000,
  kVersion = 1001,
  kRelease = 1002,
  kEpoch = 1003,
  kFileDigests = 1035,
  kFileFlags = 1037,
  kDirectoryIndexes = 1116,
  kBaseNames = 1117,
  kDirectoryNames = 1118,
  kDigestAlgorithm = 5011,
};
enum Type : uint32_t { kInt32 = 4, kString = 6, kStringArray = 8, kTranslated = 9 };

constexpr size_t kEntrySize = 16;
constexpr size_t kPreludeSize = 8;
constexpr uint32_t kSha256 = 8;  // of RFC 4880, section 9.4

// The index of a header and the bytes that it points into.
class Header {
 public:
  static std::optional<Header> of(std::string_view bytes) {
    const auto entries = number_at(bytes, 0);
    const auto size = number_at(bytes, 4);
    if (!entries || !size) return std::nullopt;
    const uint64_t index = uint64_t{*entries} * kEntrySize;
    if (kPreludeSize + index + *size > bytes.size()) return std::nullopt;
    const auto index_size = static_cast<size_t>(index);
    return Header(bytes.substr(kPreludeSize, index_size),
                  bytes.substr(kPreludeSize + index_size, *size));
  }

  std::vector<std::string_view> texts(Tag tag) const {
    std::vector<std::string_view> found;
    const auto entry = find(tag);
    if (!entry ||
        (entry->type != kString && entry->type != kStringArray && entry->type != kTranslated)) {
      return found;
    }
    std::string_view rest = store_.substr(entry->offset);
    for (uint32_t i = 0; i < entry->count; ++i) {
      const size_t end = rest.find('\0');
      if (end == std::string_view::npos) break;
      found.push_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    return found;
  }

  std::string_view text(Tag tag) const {
    const auto all = texts(tag);
    return all.empty() ? std::string_view() : all.front();
  }

  std::vector<uint32_t> numbers(Tag tag) const {
    std::vector<uint32_t> found;
    const auto entry = find(tag);
    if (!entry || entry->type != kInt32) return found;
    for (uint32_t i = 0; i < entry->count; ++i) {
      const auto number = number_at(store_, entry->offset + size_t{i} * 4);
      if (!number) break;
      found.push_back(*number);
    }
    return found;
  }

 private:
  struct Entry {
    uint32_t type, offset, count;
  };

  Header(std::string_view index, std::string_view store) : index_(index), store_(store) {}

  static std::optional<uint32_t> number_at(std::string_view bytes, size_t at) {
    if (at > bytes.size() || bytes.size() - at < 4) return std::nullopt;
    uint32_t number = 0;
    for (size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<uint8_t>(bytes[at + i]);
    return number;
  }

  std::optional<Entry> find(Tag tag) const {
    for (size_t at = 0; at < index_.size(); at += kEntrySize) {
      if (number_at(index_, at) != tag) continue;
      const Entry entry{*number_at(index_, at + 4), *number_at(index_, at + 8),
                        *number_at(index_, at + 12)};
      if (entry.offset > store_.size()) return std::nullopt;
      return entry;
    }
    return std::nullopt;
  }

  std::string_view index_;
  std::string_view store_;
};

std::vector<RpmFile> files_of(const Header& header) {
  const auto names = header.texts(kBaseNames);
  const auto folders = header.texts(kDirectoryNames);
  const auto which = header.numbers(kDirectoryIndexes);
  const auto digests = header.texts(kFileDigests);
  const auto flags = header.numbers(kFileFlags);
  std::vector<RpmFile> files;
  for (size_t i = 0; i < names.size() && i < which.size(); ++i) {
    if (which[i] >= folders.size()) continue;
    RpmFile file;
    file.path = std::string(folders[which[i]]) + std::string(names[i]);
    if (i < digests.size()) file.digest = digests[i];
    if (i < flags.size()) file.flags = flags[i];
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

std::optional<RpmPackage> read_rpm_header(std::string_view bytes) {
  const auto header = Header::of(bytes);
  if (!header) return std::nullopt;
  RpmPackage package;
  package.name = header->text(kName);
  if (package.name.empty()) return std::nullopt;
  const auto epoch = header->numbers(kEpoch);
  if (!epoch.empty() && epoch.front() != 0) package.version = std::to_string(epoch.front()) + ":";
  package.version += header->text(kVersion);
  package.version += "-" + std::string(header->text(kRelease));
  const auto algorithm = header->numbers(kDigestAlgorithm);
  package.sha256 = !algorithm.empty() && algorithm.front() == kSha256;
  package.files = files_of(*header);
  return package;
}

}  // namespace stockade::host
