#include "logs/parse/sshd_peer.h"

#include "base/text.h"

namespace stockade::logs {

namespace {

std::string_view last_word(std::string_view& text) {
  const size_t blank = text.rfind(' ');
  const std::string_view word = blank == std::string_view::npos ? text : text.substr(blank + 1);
  text = blank == std::string_view::npos ? std::string_view{} : text.substr(0, blank);
  return word;
}

// What follows "from A port N" in "Failed password for U from A port N ssh2[: info]".
bool ends_login_line(std::string_view tail) {
  if (tail.empty() || tail.starts_with(": ")) return true;
  if (!tail.starts_with(" ssh") || tail.size() < 5 || !is_digit(tail[4])) return false;
  tail.remove_prefix(5);
  return tail.empty() || tail.starts_with(":");
}

std::optional<Peer> peer_from(std::string_view text, size_t from) {
  Peer peer;
  peer.user = text.substr(0, from);
  std::string_view rest = text.substr(from + 6);
  const size_t end = rest.find_first_of(" :", 0);
  // An IPv6 address has colons of its own: up to the blank, unless a colon ends it.
  const size_t blank = std::min(rest.find(' '), rest.size());
  std::string_view client = rest.substr(0, blank);
  if (client.ends_with(':') && end != std::string_view::npos) client.remove_suffix(1);
  rest.remove_prefix(client.size());
  peer.client = client;
  if (rest.starts_with(" port ")) {
    std::string_view number = rest.substr(6);
    number = number.substr(0, number.find_first_not_of("0123456789"));
    if (!is_port(number)) return std::nullopt;
    peer.port = port_of(number);
    rest.remove_prefix(6 + number.size());
  }
  if (!ends_login_line(rest) || client.empty()) return std::nullopt;
  return peer;
}

}  // namespace

bool is_port(std::string_view word) {
  if (word.empty() || word.size() > 5) return false;
  for (const char c : word) {
    if (!is_digit(c)) return false;
  }
  return true;
}

uint16_t port_of(std::string_view word) {
  uint32_t value = 0;
  for (const char c : word) value = value * 10 + static_cast<uint32_t>(c - '0');
  return static_cast<uint16_t>(value);
}

std::string_view unmapped(std::string_view address) {
  return starts_with_ignoring_case(address, "::ffff:") &&
                 address.find('.') != std::string_view::npos
             ? address.substr(7)
             : address;
}

Peer peer_at_end(std::string_view text) {
  Peer peer;
  std::string_view rest = text;
  const std::string_view last = last_word(rest);
  if (is_port(last) && (rest.ends_with(" port") || rest == "port")) {
    peer.port = port_of(last);
    last_word(rest);
    peer.client = last_word(rest);
  } else {
    peer.client = last;
  }
  peer.user = rest;
  return peer;
}

bool take_front(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}

bool take_back(std::string_view& text, std::string_view back) {
  if (!text.ends_with(back)) return false;
  text.remove_suffix(back.size());
  return true;
}

std::optional<Reading> read_login_line(std::string_view text) {
  std::optional<Reading> reading;
  for (size_t at = 0; (at = text.find(" from ", at)) != std::string_view::npos; ++at) {
    const auto peer = peer_from(text, at);
    if (!peer) continue;
    if (!reading) {
      reading = Reading{*peer, false};
    } else if (peer->client != reading->peer.client) {
      reading->doubtful = true;
    }
  }
  // An empty name: "Failed password for invalid user  from A".
  return reading;
}

}  // namespace stockade::logs
