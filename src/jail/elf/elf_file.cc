#include "jail/elf/elf_file.h"

#include <elf.h>

#include <cstring>
#include <optional>

#include "base/text.h"

namespace stockade::jail {
namespace {

constexpr size_t kMostEntries = 4096;  // of one table: more is no file of this world

// Reads at offsets that the file itself names.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<T> at(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }
  std::optional<std::string> text(uint64_t offset) const {
    if (offset >= bytes_.size()) return std::nullopt;
    const size_t end = bytes_.find('\0', offset);
    if (end == std::string_view::npos || end - offset > 4096) return std::nullopt;
    return std::string(bytes_.substr(offset, end - offset));
  }

 private:
  std::string_view bytes_;
};

struct Bits64 {
  using Header = Elf64_Ehdr;
  using Segment = Elf64_Phdr;
  using Dynamic = Elf64_Dyn;
};
struct Bits32 {
  using Header = Elf32_Ehdr;
  using Segment = Elf32_Phdr;
  using Dynamic = Elf32_Dyn;
};

template <class Bits>
class ElfReader {
 public:
  explicit ElfReader(std::string_view bytes) : bytes_(bytes) {}

  // An empty text where all is well, else what is wrong.
  std::string read(ElfFile& file) {
    const auto header = bytes_.at<typename Bits::Header>(0);
    if (!header) return "it ends within its header";
    file.machine = header->e_machine;
    if (header->e_phnum == 0) return "it has no program headers";
    if (header->e_phentsize != sizeof(typename Bits::Segment))
      return "its program headers have another size";
    if (header->e_phnum > kMostEntries) return "it has too many program headers";
    for (size_t i = 0; i < header->e_phnum; ++i) {
      const auto segment =
          bytes_.at<typename Bits::Segment>(header->e_phoff + i * sizeof(typename Bits::Segment));
      if (!segment) return "its program headers lie outside the file";
      segments_.push_back(*segment);
    }
    return read_segments(file);
  }

 private:
  std::string read_segments(ElfFile& file) {
    for (const auto& segment : segments_) {
      if (segment.p_type == PT_INTERP) {
        const auto text = bytes_.text(segment.p_offset);
        if (!text) return "the name of its loader lies outside the file";
        file.interpreter = *text;
      }
    }
    for (const auto& segment : segments_) {
      if (segment.p_type == PT_DYNAMIC) return read_dynamic(segment, file);
    }
    return "";  // a static program
  }

  std::string read_dynamic(const typename Bits::Segment& segment, ElfFile& file) {
    const size_t count = segment.p_filesz / sizeof(typename Bits::Dynamic);
    if (count > kMostEntries) return "its dynamic section is too large";
    std::vector<typename Bits::Dynamic> entries;
    std::optional<uint64_t> strings;
    for (size_t i = 0; i < count; ++i) {
      const auto entry =
          bytes_.at<typename Bits::Dynamic>(segment.p_offset + i * sizeof(typename Bits::Dynamic));
      if (!entry) return "its dynamic section lies outside the file";
      if (entry->d_tag == DT_NULL) break;
      if (entry->d_tag == DT_STRTAB) strings = offset_of(entry->d_un.d_ptr);
      entries.push_back(*entry);
    }
    if (!strings) return entries.empty() ? "" : "its dynamic strings lie outside the file";
    for (const auto& entry : entries) {
      if (const std::string wrong = read_entry(entry, *strings, file); !wrong.empty()) return wrong;
    }
    return "";
  }

  std::string read_entry(const typename Bits::Dynamic& entry, uint64_t strings, ElfFile& file) {
    const auto tag = entry.d_tag;
    if (tag != DT_NEEDED && tag != DT_SONAME && tag != DT_RPATH && tag != DT_RUNPATH) return "";
    const auto text = bytes_.text(strings + entry.d_un.d_val);
    if (!text) return "a name in its dynamic section lies outside the file";
    if (tag == DT_NEEDED) file.needed.push_back(*text);
    if (tag == DT_SONAME) file.soname = *text;
    if (tag == DT_RPATH || tag == DT_RUNPATH) {
      auto& list = tag == DT_RPATH ? file.rpath : file.runpath;
      for (const std::string_view part : split(*text, ':')) {
        if (!part.empty()) list.emplace_back(part);
      }
    }
    return "";
  }

  // Where in the file a virtual address lies.
  std::optional<uint64_t> offset_of(uint64_t address) const {
    for (const auto& segment : segments_) {
      if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
      if (address - segment.p_vaddr < segment.p_filesz)
        return segment.p_offset + (address - segment.p_vaddr);
    }
    return std::nullopt;
  }

  Bytes bytes_;
  std::vector<typename Bits::Segment> segments_;
};

}  // namespace

bool is_elf(std::string_view bytes) {
  return bytes.substr(0, 4) ==
         "\x7f"
         "ELF";
}

Result<ElfFile> read_elf(std::string_view bytes, const std::string& name) {
  const auto wrong = [&](std::string cause) {
    return fail({"read the ELF file", name, std::move(cause), "", 0});
  };
  if (!is_elf(bytes) || bytes.size() < EI_NIDENT) return wrong("it is no ELF file");
  if (bytes[EI_DATA] != ELFDATA2LSB) return wrong("it is not for a little-endian machine");
  ElfFile file;
  file.is_64_bit = bytes[EI_CLASS] == ELFCLASS64;
  std::string problem =
      file.is_64_bit ? ElfReader<Bits64>(bytes).read(file) : ElfReader<Bits32>(bytes).read(file);
  if (!problem.empty()) return wrong(std::move(problem));
  return file;
}

}  // namespace stockade::jail
