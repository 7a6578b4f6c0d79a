#include "conf/checks/patterns.h"

#include <string>
#include <unordered_map>

#include "base/pattern.h"

namespace stockade::conf {

bool compiles(std::string_view expression) {
  constexpr size_t kMostRemembered = 10'000;
  thread_local std::unordered_map<std::string, bool> known;
  if (known.size() > kMostRemembered) known.clear();
  const auto [entry, is_new] = known.try_emplace(std::string(expression), false);
  if (is_new) entry->second = Pattern::compile(expression).has_value();
  return entry->second;
}

}  // namespace stockade::conf
