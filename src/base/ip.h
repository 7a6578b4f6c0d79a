// An address of the Internet as a value: 16 bytes, an IPv4 address as ::ffff:a.b.c.d (RFC
// 4291, 2.5.5.2), so that a dual-stack socket and a plain one name the same client.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace stockade {

struct Ip {
  std::array<uint8_t, 16> bytes{};  // network order

  static Ip from_ipv4(uint32_t address);  // host order: 192.0.2.1 is 0xC0000201
  // "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; a zone ("fe80::1%eth0") is dropped, brackets
  // are not accepted.
  static std::optional<Ip> parse(std::string_view text);

  bool is_ipv4() const;
  uint32_t ipv4() const;  // host order, of an IPv4 address
  // Neither of a network that others own: loopback, link-local, private, documentation and the like
  // are not global.
  bool is_global() const;
  // Host bits cleared; `length` counts from the left of the family: 0 to 32 of IPv4, 0 to 128 of
  // IPv6.
  Ip network(unsigned length) const;
  std::string text() const;  // RFC 5952

  auto operator<=>(const Ip&) const = default;
  // Two words at once: tables of clients compare for every line of a log.
  bool operator==(const Ip& other) const {
    uint64_t a[2], b[2];
    std::memcpy(a, bytes.data(), sizeof a);
    std::memcpy(b, other.bytes.data(), sizeof b);
    return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
  }
};

}  // namespace stockade
