// Hands a message to a mail server.
// Source: RFC 5321.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stockade::mail {

struct Envelope {
  std::string sender;
  std::vector<std::string> recipients;
};

// Empty: the server has it. Else what went wrong, for a log.
std::string hand_over(uint16_t port, const Envelope& envelope, const std::string& data);

}  // namespace stockade::mail
