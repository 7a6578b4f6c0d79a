// What one line of a log says. Every text is a view into the line, or into the parser's buffer
// until its next line, and is written by whoever sent the request: nothing in it is trusted, and
// none of it is ever searched for structure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip.h"

namespace stockade::logs {

using Micros = int64_t;  // microseconds since 1970-01-01T00:00:00Z
constexpr Micros kSecond = 1'000'000;

enum class LineKind : uint8_t {
  not_understood,  // counted, and shown when they become many
  access,          // httpd's (or a look-alike's) access log
  error,           // httpd's error log
  auth,            // a login: sshd, PAM, su, sudo, ftp and mail servers
  limiter,         // a state change that mod_stockade wrote
  other,           // understood, and of no interest here: cron, systemd, httpd's own start and stop
};

// One request, as mod_log_config wrote it
// (https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats). What the format does not
// have is empty, 0 or nothing; "-" reads as empty.
struct AccessRecord {
  std::string_view client;   // %a or %h, as written: an address, or a name with HostnameLookups
  std::string_view user;     // %u
  std::string_view request;  // %r, escapes of httpd (\" \\ \xhh \n) still in it
  std::string_view
      method;  // of %r or %m; empty where %r is no request line (TLS bytes to a plain port)
  std::string_view target;    // path and query, as sent
  std::string_view protocol;  // "HTTP/1.1"
  std::string_view referer;
  std::string_view agent;
  std::string_view server;  // %v, %V or %{Host}i
  uint16_t status = 0;      // the final one where the format says >
  uint16_t port = 0;        // the client's: %{remote}p
  uint64_t bytes = 0;       // %b, %B or %O
  int64_t duration = -1;    // microseconds; -1: not in the format
};

enum class Login : uint8_t {
  failed,          // a secret or key was refused
  invalid_user,    // the account does not exist
  refused,         // the account exists and may not (AllowUsers, root refused, expired)
  too_many,        // the connection's attempts are used up
  left_before,     // closed, reset or timed out before anybody logged in
  protocol_error,  // bad banner, no common algorithm, garbage
  accepted,        // logged in
  session_opened,  // PAM's word on an accepted login, su or sudo
  session_closed,
  elevated,          // su or sudo became another account
  elevation_failed,  // su or sudo was refused
};

struct AuthRecord {
  std::string_view service;  // "sshd", "su", "sudo", "vsftpd", "dovecot", "postfix", "pam"
  std::string_view user;
  std::string_view client;  // an address or name; empty for a login at the console
  std::string_view method;  // "password", "publickey"
  Login login{};
  uint16_t port = 0;     // the client's
  uint32_t repeats = 1;  // syslog's "message repeated N times"
  uint32_t pid = 0;
  // A failed attempt that no other line tells of: what is counted. A key that was refused before
  // another was accepted is none.
  bool counts = false;
  // The line can be read in two ways that name different clients, so it may have been forged: it is
  // counted and nobody is accused.
  bool doubtful = false;
};

// One record of httpd's error log (https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat).
struct ErrorRecord {
  std::string_view module;   // "authz_core"; empty in 2.2
  std::string_view level;    // "error"
  std::string_view client;   // the peer's address
  std::string_view code;     // "AH01630"
  std::string_view message;  // after the code, without ", referer: ..."
  std::string_view referer;
  // What ModSecurity adds: [id "942100"] [msg "..."] [severity "..."] [uri "..."] [hostname "..."].
  std::string_view rule_id;
  std::string_view rule_message;
  std::string_view severity;
  std::string_view uri;
  std::string_view server;
  uint16_t port = 0;
  uint32_t pid = 0;
};

// What mod_stockade says when a client's state changes (docs/manual, "The record in the error
// log").
struct LimiterRecord {
  std::string_view client;  // a network: "192.0.2.1/32"
  std::string_view event;   // "limited", "would-limit", "banned", "table-full"
  std::string_view limit;   // the class that was over its limit
  bool denies = false;      // requests are refused from now on
};

struct Record {
  LineKind kind = LineKind::not_understood;
  Micros time = 0;           // 0: the line carries none
  std::optional<Ip> source;  // the client, where it is an address
  AccessRecord access;
  AuthRecord auth;
  ErrorRecord error;
  LimiterRecord limiter;
};

}  // namespace stockade::logs
