// Who a request comes from, as networks: one address may be a single client (IPv4) or one of 2^64
// that a single client owns (IPv6).
#pragma once

#include <array>
#include <cstdint>

namespace stockade::limit {

// A network that can be counted or banned. IPv4 keeps its 32 bits below a mark that no global IPv6
// prefix has; of IPv6 only the upper 64 bits tell clients apart.
struct Network {
  uint64_t bits = 0;   // IPv4: kIpv4Mark | address; IPv6: the upper half, host bits cleared
  uint8_t length = 0;  // 1 to 32 of IPv4, 1 to 64 of IPv6
  bool ipv4 = false;
  bool operator==(const Network&) const = default;
};
constexpr uint64_t kIpv4Mark = 0x0000FFFF00000000ULL;  // ::ffff:0:0/96, one half of it

class Client {
 public:
  // 4 or 16 bytes in network order, as in a sockaddr. ::ffff:a.b.c.d becomes a.b.c.d, so that a
  // dual-stack socket makes no difference.
  static constexpr Client from_ipv4(uint32_t address) { return Client(address, true); }
  static Client from_ipv6(const uint8_t (&bytes)[16]) {
    uint64_t high = 0;
    uint64_t low = 0;
    for (int i = 0; i < 8; ++i) high = high << 8 | bytes[i];
    for (int i = 8; i < 16; ++i) low = low << 8 | bytes[i];
    if (high == 0 && low >> 32 == 0xFFFF) return from_ipv4(static_cast<uint32_t>(low));
    return Client(high, false, low);
  }

  bool is_ipv4() const { return ipv4_; }

  // The address came from a header that a proxy wrote: packets of it never reach this machine, so
  // a firewall has nothing to do with it.
  void set_forwarded(bool forwarded) { forwarded_ = forwarded; }
  bool is_forwarded() const { return forwarded_; }
  uint64_t high() const { return ipv4_ ? 0 : high_; }
  uint64_t low() const { return ipv4_ ? kIpv4Mark | high_ : low_; }

  // The network of `length` bits around this client; `length` as in Network.
  constexpr Network network(uint8_t length) const {
    if (ipv4_) {
      const uint32_t mask = length == 0 || length > 32 ? 0 : ~uint32_t{0} << (32 - length);
      return {kIpv4Mark | (high_ & mask), length, true};
    }
    const uint64_t mask = length == 0 ? 0 : ~uint64_t{0} << (64 - length);
    return {high_ & mask, length, false};
  }

 private:
  constexpr Client(uint64_t high, bool ipv4, uint64_t low = 0)
      : high_(high), low_(low), ipv4_(ipv4) {}
  uint64_t high_;  // of IPv4: the address
  uint64_t low_;
  bool ipv4_;
  bool forwarded_ = false;
};

// The networks a client is counted in, narrowest first; each stands for 2^`doublings` clients.
struct Level {
  uint8_t length;
  uint8_t doublings;
};
constexpr std::array<Level, 2> kIpv4Levels = {{{32, 0}, {24, 3}}};
constexpr std::array<Level, 3> kIpv6Levels = {{{64, 0}, {56, 2}, {48, 4}}};

}  // namespace stockade::limit
