// Networks as the configuration writes them: "10", "10.1", "10.0.0.0/8", "2001:db8::/32".
// Source: apr_ipsubnet_create.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stockade::conf {

struct Subnet {
  bool ipv6 = false;
  std::array<uint8_t, 16> address{};  // of IPv4 the first four
  std::array<uint8_t, 16> mask{};

  // Nothing where `client` is no address. An IPv4 address within IPv6 counts as IPv4.
  std::optional<bool> holds(std::string_view client) const;
};

// httpd's message, or empty.
std::string check_subnet(std::string_view text);
std::optional<Subnet> parse_subnet(std::string_view text);

}  // namespace stockade::conf
