// The directives whose arguments only their own code can judge, by module.
#pragma once

#include <span>

#include "conf/checks/check.h"

namespace stockade::conf {

struct OwnCheck {
  std::string_view name;  // of a plain directive
  Check check;
};

std::span<const OwnCheck> core_checks();
std::span<const OwnCheck> name_checks();
std::span<const OwnCheck> access_checks();
std::span<const OwnCheck> rewrite_checks();
std::span<const OwnCheck> mapping_checks();
std::span<const OwnCheck> header_checks();
std::span<const OwnCheck> tls_checks();

}  // namespace stockade::conf
