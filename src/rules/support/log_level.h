// The levels of LogLevel. Source: https://httpd.apache.org/docs/2.4/mod/core.html#loglevel.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace stockade::rules {

enum class LogLevel : uint8_t { emerg, alert, crit, error, warn, notice, info, debug, trace };

// Of one word without a module's name; nothing if it is none ("ssl:info").
std::optional<LogLevel> log_level(std::string_view word);

}  // namespace stockade::rules
