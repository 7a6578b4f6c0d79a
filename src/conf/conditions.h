// Whether <IfVersion> holds. Source: docs/2.4/mod/mod_version.html; modules/metadata/mod_version.c.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stockade::conf {

struct Condition {
  bool holds = false;
  std::string error;  // httpd's message; empty: none
};

// `arguments` is the text behind "<IfVersion"; `version` is 20471 for 2.4.71.
Condition judge_version(std::string_view arguments, uint32_t version);

}  // namespace stockade::conf
