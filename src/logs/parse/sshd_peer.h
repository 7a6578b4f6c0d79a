// Where the client stands in a message of sshd: at its end, for what is before it may be the
// client's own words.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace stockade::logs {

// "USER ADDRESS port N", "ADDRESS port N" or "ADDRESS", read from the end.
struct Peer {
  std::string_view user, client;
  uint16_t port = 0;
};
Peer peer_at_end(std::string_view text);

// "U from A[ port N[ ssh2[: info]]]". The name before and what follows the colon are the client's,
// so that there may be two readings; `doubtful` where they name different clients.
struct Reading {
  Peer peer;
  bool doubtful = false;
};
std::optional<Reading> read_login_line(std::string_view text);

bool is_port(std::string_view word);
uint16_t port_of(std::string_view word);  // of one that is_port
// A mapped address as the IPv4 address that it is, so that texts compare.
std::string_view unmapped(std::string_view address);
// Whether `text` had it there; then it is taken off.
bool take_front(std::string_view& text, std::string_view front);
bool take_back(std::string_view& text, std::string_view back);

}  // namespace stockade::logs
