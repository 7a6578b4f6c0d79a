// Words that several checks know.
#pragma once

#include <string_view>

namespace stockade::conf {

constexpr const char* kMixedOptions =
    "Either all Options must start with + or -, or no Option may.";

// Whether `word` is one of the '|'-separated words, ignoring case.
bool is_one_of(std::string_view word, std::string_view list);

// An HTTP status that httpd knows a line for. Source: include/httpd.h, RESPONSE_CODES.
bool is_known_status(long long code);

// A method that httpd registers. Source: http_protocol.c, ap_method_registry_init.
bool is_known_method(std::string_view method);

}  // namespace stockade::conf
