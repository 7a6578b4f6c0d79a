// What the dynamic loader reads of an ELF file: which libraries it asks for, where it looks for
// them first, and which loader it names.
//
// Distrusts: every byte. Offsets that lead outside the file are an error, never followed.
// Source: elf(5), ld.so(8); https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade::jail {

struct ElfFile {
  uint16_t machine = 0;  // EM_X86_64 ...
  bool is_64_bit = true;
  std::string interpreter;  // PT_INTERP; empty in a library and in a static program
  std::string soname;
  std::vector<std::string> needed;   // in the order of the file
  std::vector<std::string> rpath;    // DT_RPATH, parts apart, $ORIGIN not yet replaced
  std::vector<std::string> runpath;  // DT_RUNPATH; where there is one, DT_RPATH does not count
};

bool is_elf(std::string_view bytes);

// `name` is for the message alone. Little-endian files only: Debian's release architectures.
Result<ElfFile> read_elf(std::string_view bytes, const std::string& name);

}  // namespace stockade::jail
