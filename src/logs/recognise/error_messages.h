// What a message of httpd's error log says about its client. Since 2.4 most have a number (AHnnnnn,
// https://cwiki.apache.org/confluence/display/HTTPD/ListOfErrors); those of 2.2 and of modules that
// give none are known by their fixed words, at the front or, where a path of the client's stands
// before them, at the end.
#pragma once

#include <string_view>

#include "logs/recognise/family.h"
#include "logs/record.h"

namespace stockade::logs {

struct ErrorMeaning {
  Family family{};
  uint8_t weight = 0;        // 0: nothing against the client
  std::string_view account;  // whose password was refused
};

ErrorMeaning meaning_of_error(const ErrorRecord& error);

}  // namespace stockade::logs
