// How lax a value of a directive is, for comparing two values of one directive.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "conf/config.h"

namespace stockade::rules {

// The directives that laxity_of can judge.
std::span<const std::string_view> judged_directives();

// The higher, the laxer; comparable between values of one directive only. Nothing where the value
// or the directive is not known.
std::optional<int> laxity_of(const conf::Directive& d);

}  // namespace stockade::rules
