#include "conf/checks/subnet.h"

#include <arpa/inet.h>

#include <cstring>

#include "base/text.h"

namespace stockade::conf {

namespace {

std::array<uint8_t, 16> mask_of(int64_t bits) {
  std::array<uint8_t, 16> mask{};
  for (size_t i = 0; i < mask.size() && bits > 0; ++i, bits -= 8) {
    mask[i] = bits >= 8 ? 0xff : static_cast<uint8_t>(0xff << (8 - bits));
  }
  return mask;
}

// "10", "10.1.": a byte of the mask for each number.
Subnet parse_prefix(std::string_view text) {
  Subnet net;
  if (text.ends_with('.')) text.remove_suffix(1);
  size_t count = 0;
  for (const std::string_view part : split(text, '.')) {
    net.address[count++] = static_cast<uint8_t>(parse_number(part).value_or(0));
  }
  net.mask = mask_of(static_cast<int64_t>(count) * 8);
  return net;
}

}  // namespace

// "10", "10.1", "10.1.2.3", "10.0.0.0/8", "10.0.0.0/255.0.0.0", "2001:db8::/32": apr_ipsubnet.
std::string check_subnet(std::string_view text) {
  const std::string address(text.substr(0, text.find('/')));
  const bool has_mask = text.find('/') != std::string_view::npos;
  const std::string mask(has_mask ? text.substr(text.find('/') + 1) : "");
  in_addr ipv4{};
  in6_addr ipv6{};
  const bool is_ipv4 = inet_pton(AF_INET, address.c_str(), &ipv4) == 1;
  const bool is_ipv6 = !is_ipv4 && inet_pton(AF_INET6, address.c_str(), &ipv6) == 1;
  if (!is_ipv4 && !is_ipv6) {
    // The first one to three numbers of an IPv4 address.
    std::string_view numbers = address;
    if (numbers.ends_with('.')) numbers.remove_suffix(1);
    const auto parts = split(numbers, '.');
    bool is_prefix = !has_mask && parts.size() <= 4;
    for (const std::string_view part : parts) {
      const auto number = parse_number(part);
      is_prefix = is_prefix && number && *number >= 0 && *number <= 255;
    }
    return is_prefix ? "" : "The specified IP address is invalid.";
  }
  if (!has_mask) return "";
  if (const auto bits = parse_number(mask)) {
    if (*bits >= 1 && *bits <= (is_ipv4 ? 32 : 128)) return "";
    return "The specified network mask is invalid.";
  }
  in_addr netmask{};
  if (is_ipv4 && inet_pton(AF_INET, mask.c_str(), &netmask) == 1) return "";
  return "The specified network mask is invalid.";
}

std::optional<Subnet> parse_subnet(std::string_view text) {
  if (!check_subnet(text).empty()) return std::nullopt;
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  Subnet net;
  if (inet_pton(AF_INET, address.c_str(), net.address.data()) != 1) {
    net.ipv6 = inet_pton(AF_INET6, address.c_str(), net.address.data()) == 1;
    if (!net.ipv6) return parse_prefix(address);
  }
  const std::string mask(slash == std::string_view::npos ? "" : text.substr(slash + 1));
  if (mask.empty()) {
    net.mask = mask_of(net.ipv6 ? 128 : 32);
  } else if (const auto bits = parse_number(mask)) {
    net.mask = mask_of(*bits);
  } else {
    inet_pton(AF_INET, mask.c_str(), net.mask.data());
  }
  return net;
}

std::optional<bool> Subnet::holds(std::string_view client) const {
  const std::string text(client);
  std::array<uint8_t, 16> bytes{};
  bool is_ipv6 = false;
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) != 1) {
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
    constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    is_ipv6 = std::memcmp(bytes.data(), kMapped.data(), kMapped.size()) != 0;
    if (!is_ipv6) std::memmove(bytes.data(), bytes.data() + 12, 4);
  }
  if (is_ipv6 != ipv6) return false;
  for (size_t i = 0; i < (ipv6 ? 16U : 4U); ++i) {
    if ((bytes[i] & mask[i]) != (address[i] & mask[i])) return false;
  }
  return true;
}

}  // namespace stockade::conf
