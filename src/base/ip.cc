#include "base/ip.h"

#include <arpa/inet.h>

#include <cstring>

namespace stockade {

namespace {

constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// Four decimal numbers; a leading zero is refused, as some read it as octal. Written out, as a log
// has one of them a line.
std::optional<uint32_t> parse_ipv4(std::string_view text) {
  uint32_t address = 0;
  size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
    const size_t start = at;
    uint32_t value = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - start < 3) {
      value = value * 10 + static_cast<uint32_t>(text[at++] - '0');
    }
    const size_t digits = at - start;
    if (digits == 0 || value > 255 || (digits > 1 && text[start] == '0')) return std::nullopt;
    address = address << 8 | value;
  }
  if (at != text.size()) return std::nullopt;
  return address;
}

// IANA's special-purpose registries (RFC 6890 and updates), multicast, and what is reserved.
constexpr uint32_t kIpv4NotGlobal[][2] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
    {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24}, {0xC0A80000, 16}, {0xC6120000, 15},
    {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 3},
};

}  // namespace

Ip Ip::from_ipv4(uint32_t address) {
  Ip ip;
  std::memcpy(ip.bytes.data(), kMapped.data(), kMapped.size());
  for (int i = 0; i < 4; ++i) ip.bytes[12 + i] = static_cast<uint8_t>(address >> (24 - 8 * i));
  return ip;
}

std::optional<Ip> Ip::parse(std::string_view text) {
  if (text.size() < 2 || text.size() > 64) return std::nullopt;
  if (text.find(':') == std::string_view::npos) {
    const auto address = parse_ipv4(text);
    if (!address) return std::nullopt;
    return from_ipv4(*address);
  }
  text = text.substr(0, text.find('%'));
  char buffer[65];
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  Ip ip;
  if (inet_pton(AF_INET6, buffer, ip.bytes.data()) != 1) return std::nullopt;
  return ip;
}

bool Ip::is_ipv4() const { return std::memcmp(bytes.data(), kMapped.data(), kMapped.size()) == 0; }

uint32_t Ip::ipv4() const {
  uint32_t address = 0;
  for (int i = 12; i < 16; ++i) address = address << 8 | bytes[i];
  return address;
}

bool Ip::is_global() const {
  if (is_ipv4()) {
    for (const auto& [first, length] : kIpv4NotGlobal) {
      if (network(length).ipv4() == first) return false;
    }
    return true;
  }
  const bool documentation =
      bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8;
  return (bytes[0] & 0xE0) == 0x20 && !documentation;  // 2000::/3 is what is given out
}

Ip Ip::network(unsigned length) const {
  Ip net = *this;
  unsigned kept = is_ipv4() ? 96 + length : length;
  for (uint8_t& byte : net.bytes) {
    if (kept < 8) byte = static_cast<uint8_t>(byte & ~(0xFFU >> kept));
    kept = kept < 8 ? 0 : kept - 8;
  }
  return net;
}

std::string Ip::text() const {
  char buffer[INET6_ADDRSTRLEN];
  if (is_ipv4()) return inet_ntop(AF_INET, bytes.data() + 12, buffer, sizeof buffer);
  return inet_ntop(AF_INET6, bytes.data(), buffer, sizeof buffer);
}

}  // namespace stockade
