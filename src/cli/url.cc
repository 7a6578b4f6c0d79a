#include "cli/url.h"

#include <arpa/inet.h>

#include "base/text.h"

namespace stockade::cli {

namespace {

std::optional<uint16_t> parse_port(std::string_view text) {
  const auto number = parse_number(text);
  if (!number || *number < 1 || *number > 65535) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

}  // namespace

bool is_address(const std::string& text) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

bool looks_like_url(std::string_view text) { return text.find("://") != std::string_view::npos; }

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  url.tls = starts_with_ignoring_case(text, "https://");
  if (!url.tls && !starts_with_ignoring_case(text, "http://")) return std::nullopt;
  url.port = url.tls ? 443 : 80;
  text.remove_prefix(url.tls ? 8 : 7);
  text = text.substr(0, text.find('#'));
  const size_t end = text.find_first_of("/?");
  std::string_view authority = text.substr(0, end);
  url.target = end == std::string_view::npos ? "/" : std::string(text.substr(end));
  if (url.target.starts_with('?')) url.target.insert(0, "/");
  for (const char c : url.target) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return std::nullopt;
  }
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const auto port = parse_port(authority.substr(colon + 1));
    if (!port) return std::nullopt;
    url.port = *port;
    url.port_given = true;
    authority = authority.substr(0, colon);
  }
  url.host = authority;
  if (url.host.empty() || url.host.find_first_of("@ ") != std::string::npos) return std::nullopt;
  return url;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  Endpoint end;
  if (is_address(std::string(text))) {
    end.address = text;
    return end;
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  if (!port || !is_address(std::string(address))) return std::nullopt;
  return Endpoint{std::string(address), *port};
}

}  // namespace stockade::cli
