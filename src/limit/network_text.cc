#include "limit/network_text.h"

#include <arpa/inet.h>

#include <cstdio>
#include <cstring>

namespace stockade::limit {

const char* to_text(Network network, char (&text)[kNetworkText]) {
  char address[INET6_ADDRSTRLEN] = "";
  if (network.ipv4) {
    const uint32_t bytes = htonl(static_cast<uint32_t>(network.bits));
    inet_ntop(AF_INET, &bytes, address, sizeof address);
  } else {
    uint8_t bytes[16] = {};
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(network.bits >> (56 - 8 * i));
    inet_ntop(AF_INET6, bytes, address, sizeof address);
  }
  std::snprintf(text, sizeof text, "%s/%d", address, network.length);
  return text;
}

bool parse_range(const char* text, AddressRange& range) {
  char address[INET6_ADDRSTRLEN] = "";
  const char* slash = std::strchr(text, '/');
  const size_t size = slash != nullptr ? static_cast<size_t>(slash - text) : std::strlen(text);
  if (size == 0 || size >= sizeof address) return false;
  std::memcpy(address, text, size);
  uint8_t bytes[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const bool ipv4 = inet_pton(AF_INET, address, bytes + 12) == 1;
  if (!ipv4 && inet_pton(AF_INET6, address, bytes) != 1) return false;
  const unsigned longest = ipv4 ? 32 : 128;
  unsigned length = slash != nullptr ? 0 : longest;
  for (const char* at = slash; at != nullptr && *++at != '\0';) {
    if (*at < '0' || *at > '9' || at - slash > 3) return false;
    length = length * 10 + static_cast<unsigned>(*at - '0');
  }
  if ((slash != nullptr && slash[1] == '\0') || length > longest) return false;
  uint64_t halves[2] = {};
  for (size_t i = 0; i < 16; ++i) halves[i / 8] = halves[i / 8] << 8 | bytes[i];
  range = range_of(halves[0], halves[1], static_cast<uint8_t>(128 - longest + length));
  return true;
}

}  // namespace stockade::limit
