// What is known of attacks, as data: data/signatures/*.toml, turned into rows during the build.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "logs/recognise/family.h"

namespace stockade::logs {

// The variables of a request that a signature looks at. `request` is the line as it was sent, in
// small letters; the others are decoded as decode.h says.
enum : uint8_t {
  kIn_path = 1,
  kIn_query = 2,
  kIn_agent = 4,
  kIn_referer = 8,
  kIn_request = 16,
};
constexpr size_t kParts = 5;

struct Signature {
  std::string_view id;
  std::string_view title;  // "the request ..."
  Family family;
  uint8_t in;      // kIn_*
  uint8_t weight;  // 1: worth counting, 10: one is enough for an incident
  std::span<const std::string_view> literals;  // one of them has to be there
  std::string_view pattern;                    // decides, where it is not empty
  std::span<const std::string_view> positive;  // examples: targets, or "agent: ...", "referer: ..."
  std::span<const std::string_view> negative;
};

std::span<const Signature> signatures();

}  // namespace stockade::logs
