// Names and addresses of servers: server/core.c, server/listen.c.
#include "conf/checks/own_checks.h"
#include "conf/wildcard.h"

namespace stockade::conf {

namespace {

std::string check_server_alias(const CheckInput& input) {
  if ((sections_around(input.directive) & kInVirtualHost) != 0) return "";
  return "ServerAlias only used in <VirtualHost>";
}

// As C's atoi, for what httpd reads by it.
int64_t number_at_start(std::string_view text) {
  constexpr size_t kDigits = 9;
  size_t end = 0;
  while (end < text.size() && end < kDigits && is_digit(text[end])) ++end;
  return parse_number(text.substr(0, end)).value_or(0);
}

std::string check_server_name(const CheckInput& input) {
  std::string_view text = input.directive.arg(0);
  const std::string shown = "\"" + std::string(text) + "\"";
  if (has_wildcard(text)) {
    return "Invalid ServerName " + shown + " use ServerAlias to set multiple server names.";
  }
  if (const size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    text.remove_prefix(scheme + 3);
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return "";
  const int64_t port = number_at_start(text.substr(colon + 1));
  if (port >= 1 && port <= 65535) return "";
  return "The port number " + shown + " is outside the appropriate range (i.e., 1..65535).";
}

// What httpd compares two Listen directives by: the port, and the address as it is written.
struct ListenKey {
  std::string_view host;  // empty: every address
  int64_t port = 0;
};

ListenKey listen_key(const Directive& d) {
  const std::string_view text = d.arg(0);
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {"", number_at_start(text)};
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host == "*" ? "" : host, number_at_start(text.substr(colon + 1))};
}

std::string check_listen(const CheckInput& input) {
  const Directive& d = input.directive;
  if (d.words.empty() || d.words.size() > 2) return "Listen requires 1 or 2 arguments.";
  const std::string_view text = d.arg(0);
  const size_t colon = text.rfind(':');
  const std::string_view port = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const auto number = parse_number(port);
  if (!number || port.find(']') != std::string_view::npos) return "Port must be specified";
  if (*number < 1 || *number > 65535) return "Invalid address or port";
  const ListenKey key = listen_key(d);
  for (const Directive* earlier : input.config.all("Listen")) {
    if (earlier == &d) break;
    const ListenKey other = listen_key(*earlier);
    if (other.port == key.port && other.host == key.host) {
      return "Cannot define multiple Listeners on the same IP:port";
    }
  }
  return "";
}

std::string check_user(const CheckInput& input) {
  const std::string_view name = input.directive.arg(0);
  const bool root =
      name == "root" || (name.starts_with('#') && number_at_start(name.substr(1)) == 0);
  return root ? "Error: Apache has not been designed to serve pages while running as root." : "";
}

constexpr OwnCheck kNamesChecks[] = {{"User", check_user},
                                     {"ServerAlias", check_server_alias},
                                     {"ServerName", check_server_name},
                                     {"Listen", check_listen}};

}  // namespace

std::span<const OwnCheck> name_checks() { return kNamesChecks; }

}  // namespace stockade::conf
