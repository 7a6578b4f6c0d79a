// What kind of attack an event is, and what it is for.
#pragma once

#include <cstdint>
#include <string_view>

namespace stockade::logs {

enum class Family : uint8_t {
  traversal,
  file_inclusion,
  command_injection,
  php_injection,
  ssrf,
  xss,
  sql_injection,
  java_injection,
  scanner_agent,
  probing,  // many things that are not there
  protocol_abuse,
  sensitive_file,
  admin_panel,
  wordpress,
  known_weakness,
  backdoor,
  crawling,
  flood,
  web_login,  // passwords refused by httpd or by a web application
  open_proxy,
  access_denied,
  firewall,  // what ModSecurity said
  limiter,   // what mod_stockade said
  ssh_login,
  ssh_scan,   // speaks no proper SSH, or leaves before a login
  login,      // other services
  privilege,  // su and sudo refused
  intrusion,  // a login that succeeded after many that failed
};
constexpr size_t kFamilies = static_cast<size_t>(Family::intrusion) + 1;

// What somebody is after: incidents are joined by it.
enum class Intent : uint8_t {
  reconnaissance,  // looks for what is there
  exploitation,    // tries to make use of a weakness
  credentials,     // tries passwords
  abuse,           // floods, or uses the server against others
  intrusion,       // got in
};
constexpr size_t kIntents = static_cast<size_t>(Intent::intrusion) + 1;

// As reports and JSON write them: "sql-injection", "reconnaissance".
std::string_view name_of(Family family);
std::string_view name_of(Intent intent);
Intent intent_of(Family family);

}  // namespace stockade::logs
