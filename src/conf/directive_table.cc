#include "conf/directive_table.h"

#include <array>
#include <vector>

#include "base/text.h"
#include "conf/directive_rows.h"

namespace stockade::conf {

namespace {

// Open addressing over the ids, at most a quarter full: one probe for nearly every line read.
class Index {
 public:
  static const Index& instance() {
    static const Index index;
    return index;
  }

  DirectiveId find(std::string_view name, bool section) const {
    for (size_t at = hash(name, section);; ++at) {
      const DirectiveId id = slots_[at & kMask];
      if (id == kUnknownDirective) return id;
      const DirectiveInfo& row = kDirectiveRows[first_rows_[id]];
      if (row.section == section && equals_ignoring_case(row.name, name)) return id;
    }
  }

  size_t count() const { return first_rows_.size(); }

  std::span<const DirectiveInfo> rows(DirectiveId id) const {
    const size_t begin = first_rows_[id];
    const size_t end =
        size_t{id} + 1 < first_rows_.size() ? first_rows_[size_t{id} + 1] : kDirectiveRowCount;
    return {kDirectiveRows + begin, end - begin};
  }

 private:
  static constexpr size_t kSlots = 8192;
  static constexpr size_t kMask = kSlots - 1;

  Index() {
    slots_.fill(kUnknownDirective);
    for (size_t i = 0; i < kDirectiveRowCount; ++i) {
      const DirectiveInfo& row = kDirectiveRows[i];
      if (i > 0 && kDirectiveRows[i - 1].section == row.section &&
          equals_ignoring_case(kDirectiveRows[i - 1].name, row.name)) {
        continue;
      }
      size_t at = hash(row.name, row.section);
      while (slots_[at & kMask] != kUnknownDirective) ++at;
      slots_[at & kMask] = static_cast<DirectiveId>(first_rows_.size());
      first_rows_.push_back(i);
    }
  }

  static size_t hash(std::string_view name, bool section) {
    return IgnoringCaseHash()(name) + (section ? 1 : 0);
  }

  std::array<DirectiveId, kSlots> slots_;
  std::vector<size_t> first_rows_;  // by id
};

}  // namespace

DirectiveId directive_id(std::string_view name, bool section) {
  return Index::instance().find(name, section);
}

size_t directive_id_count() { return Index::instance().count(); }

const DirectiveInfo& directive_info(DirectiveId id) { return Index::instance().rows(id).front(); }

std::span<const DirectiveInfo> find_directive(std::string_view name, bool section) {
  const DirectiveId id = directive_id(name, section);
  if (id == kUnknownDirective) return {};
  return Index::instance().rows(id);
}

std::span<const DirectiveInfo> all_directives() { return {kDirectiveRows, kDirectiveRowCount}; }

std::span<const ModuleInfo> all_modules() { return {kModuleRows, kModuleRowCount}; }

const ModuleInfo* find_module(std::string_view name) {
  for (const ModuleInfo& module : all_modules()) {
    if (module.identifier == name || module.source_file == name) return &module;
  }
  return nullptr;
}

}  // namespace stockade::conf
