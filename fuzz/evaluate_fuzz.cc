// The whole reader over several files cut from the input. As in tests/corpus/nasty, a line
// "#@ file NAME" begins the next one; what stands before the first is the main file.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/memory_file_system.h"
#include "conf/bounds.h"
#include "require.h"

namespace stockade::conf {
namespace {

using fuzz::require;

constexpr size_t kMaxFiles = 16;
constexpr std::string_view kMark = "\n#@ file ";

MemoryFileSystem cut(std::string_view text) {
  MemoryFileSystem files;
  std::string name = "apache2.conf";
  for (size_t count = 0; count < kMaxFiles; ++count) {
    const size_t mark = text.find(kMark);
    const std::string_view content =
        mark == std::string_view::npos ? text : text.substr(0, mark + 1);
    files.add_file(absolute_path("/etc/apache2", name), content);
    if (mark == std::string_view::npos) break;
    text.remove_prefix(mark + kMark.size());
    const size_t end = std::min(text.find('\n'), text.size());
    name = text.substr(0, end);
    if (name.empty() || name.find('\0') != std::string::npos) name = "none";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return files;
}

void check_place(const Config& config, FileId file, uint32_t offset, uint32_t length,
                 uint32_t line) {
  require(file < config.files.size(), "a place names a file");
  const SourceFile& source = config.file(file);
  require(uint64_t{offset} + length <= source.bytes.size(), "a place is inside its file");
  require(line <= source.line_starts.size(), "a line's number is in its file");
}

size_t check_tree(const Config& config, const Directive* first, const Directive* parent,
                  size_t depth) {
  size_t count = 0;
  for (const Directive* d = first; d != nullptr; d = d->next) {
    ++count;
    check_place(config, d->file, d->offset, d->length, d->line);
    require(d->origin < config.origins.size(), "an origin is known");
    require(d->parent == parent, "a child knows its section");
    for (const Word& word : d->words) {
      check_place(config, d->file, word.offset, word.length, d->line);
    }
    require(depth <= 1024, "sections nest no deeper than the bound");
    count += check_tree(config, d->first_child, d, depth + 1);
  }
  return count;
}

void check_origins(const Config& config) {
  for (OriginId id = 0; id < config.origins.size(); ++id) {
    const Origin& origin = config.origins[id];
    require(origin.file < config.files.size(), "an origin names a file");
    require(id == 0 || origin.outer < id, "origins lead to the main file");
  }
}

void check(std::string_view text) {
  const MemoryFileSystem files = cut(text);
  Environment environment;
  environment.built_in_modules = default_built_in_modules();
  environment.built_in_modules.push_back("macro_module");
  environment.built_in_modules.push_back("authz_core_module");
  Bounds bounds;
  bounds.lines = 20'000;
  bounds.files = 2'000;
  bounds.expanded_bytes = 16 << 20;
  bounds.bytes = 64 << 20;
  const Config config = evaluate(files, environment, bounds);
  const size_t count = check_tree(config, config.root, nullptr, 0);
  require(count <= bounds.lines + 1, "no more directives than lines");
  check_origins(config);
  for (const Problem& problem : config.problems) {
    check_place(config, problem.file, problem.offset, 0, problem.line);
    require(!problem.message.empty(), "a problem says something");
  }
  for (const UndefinedVariable& variable : config.undefined_variables) {
    check_place(config, variable.file, variable.offset, variable.length, variable.line);
  }
  for (const SkippedBlock& block : config.skipped) {
    check_place(config, block.file, block.offset, 0, block.end_line);
  }
}

}  // namespace
}  // namespace stockade::conf

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stockade::conf::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
