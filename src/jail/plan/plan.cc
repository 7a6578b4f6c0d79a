#include "jail/plan/plan.h"

#include <algorithm>

#include "base/file_system.h"

namespace stockade::jail {
namespace {

constexpr std::string_view kLevels[] = {"report", "unit", "chroot", "full", "strict"};
constexpr std::string_view kKinds[] = {"program", "loader", "library", "module", "tool",
                                       "config",  "data",   "content", "secret", "generated",
                                       "runtime", "state",  "log",     "device", "link"};

template <class Enum, size_t N>
std::optional<Enum> value_named(const std::string_view (&names)[N], std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Enum>(found - std::begin(names));
}

}  // namespace

std::string_view to_string(Level level) { return kLevels[static_cast<size_t>(level)]; }
std::optional<Level> parse_level(std::string_view name) {
  return value_named<Level>(kLevels, name);
}
std::string_view to_string(ItemKind kind) { return kKinds[static_cast<size_t>(kind)]; }
std::optional<ItemKind> parse_item_kind(std::string_view name) {
  return value_named<ItemKind>(kKinds, name);
}

const Item* Plan::find(std::string_view path) const {
  const auto found = std::lower_bound(
      items.begin(), items.end(), path,
      [](const Item& item, std::string_view wanted) { return item.path < wanted; });
  return found != items.end() && found->path == path ? &*found : nullptr;
}

const Item* item_holding(const Plan& plan, std::string_view path) {
  for (std::string_view at = path;; at = parent_path(at)) {
    if (const Item* item = plan.find(at)) return at == path || item->directory ? item : nullptr;
    if (at == "/") return nullptr;
  }
}

}  // namespace stockade::jail
