#include "host/gaps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace stockade::host {

namespace {
constexpr size_t kNamed = 5;
}

void Gaps::add(std::string what, std::string reason, std::vector<std::string> needs) {
  const bool known =
      std::any_of(list_.begin(), list_.end(), [&](const Gap& gap) { return gap.what == what; });
  if (!known) list_.push_back({std::move(what), std::move(reason), std::move(needs)});
}

void Gaps::add(std::string what, const Error& error, std::vector<std::string> needs) {
  add(std::move(what), reason(error), std::move(needs));
}

std::string Gaps::reason(const Error& error) const {
  if (error.code != EACCES && error.code != EPERM) {
    return error.cause.empty() ? "it could not be read" : error.cause;
  }
  if (is_root_) return "permission denied even for root";
  return fmt::format("permission denied as user {}; run with sudo", user_);
}

std::string some_of(const std::vector<std::string>& names) {
  if (names.size() <= kNamed) return join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kNamed);
  return fmt::format("{} and {} more", join(first, ", "), names.size() - kNamed);
}

}  // namespace stockade::host
