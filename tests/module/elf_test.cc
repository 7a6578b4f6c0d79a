// What the shared object needs and shows: libc, and the module structures.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace stockade::module_test {
namespace {

class Elf {
 public:
  explicit Elf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
  }
  bool valid() const { return bytes_.size() > sizeof(Elf64_Ehdr); }
  std::set<std::string> needed() const {
    std::set<std::string> names;
    for_each<Elf64_Dyn>(SHT_DYNAMIC, [&](const Elf64_Dyn& entry, const char* strings) {
      if (entry.d_tag == DT_NEEDED) names.insert(strings + entry.d_un.d_val);
    });
    return names;
  }
  std::set<std::string> exported() const {
    std::set<std::string> names;
    for_each<Elf64_Sym>(SHT_DYNSYM, [&](const Elf64_Sym& symbol, const char* strings) {
      if (symbol.st_shndx != SHN_UNDEF) names.insert(strings + symbol.st_name);
    });
    return names;
  }

 private:
  template <class Entry, class Function>
  void for_each(unsigned type, Function function) const {
    const auto* header = reinterpret_cast<const Elf64_Ehdr*>(bytes_.data());
    const auto* sections = reinterpret_cast<const Elf64_Shdr*>(bytes_.data() + header->e_shoff);
    for (int i = 0; i < header->e_shnum; ++i) {
      if (sections[i].sh_type != type) continue;
      const char* strings = bytes_.data() + sections[sections[i].sh_link].sh_offset;
      for (size_t at = 0; at < sections[i].sh_size; at += sizeof(Entry)) {
        Entry entry;
        std::memcpy(&entry, bytes_.data() + sections[i].sh_offset + at, sizeof entry);
        function(entry, strings);
      }
    }
  }
  std::string bytes_;
};

TEST(ModuleFile, NeedsLibcAloneAndShowsTheModulesAlone) {
  const Elf elf(STOCKADE_BINARY_DIR "/mod_stockade.so");
  if (!elf.valid()) GTEST_SKIP() << "mod_stockade.so was not built: httpd's headers are missing";
  EXPECT_EQ(elf.needed(), std::set<std::string>{"libc.so.6"});
  EXPECT_EQ(elf.exported(),
            (std::set<std::string>{"stockade_module", "evasive20_module", "evasive_module"}));
}

}  // namespace
}  // namespace stockade::module_test
