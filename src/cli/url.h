// A URL on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stockade::cli {

struct Url {
  bool tls = false;
  std::string host;
  uint16_t port = 80;
  bool port_given = false;
  std::string target;  // path and query, as they are sent
};

bool looks_like_url(std::string_view text);
// Nothing where it is no http or https URL of a host.
std::optional<Url> parse_url(std::string_view text);

// "192.0.2.1", "192.0.2.1:8080", "[2001:db8::1]:80": an address and, where given, its port.
struct Endpoint {
  std::string address;
  uint16_t port = 0;
};
std::optional<Endpoint> parse_endpoint(std::string_view text);
bool is_address(const std::string& text);

}  // namespace stockade::cli
