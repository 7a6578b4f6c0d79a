// "/usr/sbin/sendmail -t -i -f someone@example.com": the only command that is known here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::mail {

struct Submission {
  bool from_headers = false;  // -t: To, Cc and Bcc say who gets it
  bool dot_ends = true;       // without -i: a line "." ends the message
  std::string sender;         // -f, -r; empty: the account that it runs as
  std::vector<std::string> recipients;
};

// Nothing: another command, or one that only a shell understands. Options that would let sendmail
// read or write files (-C, -X, -O, -bs ...) are such, too: PHP's fifth argument to mail() has
// carried them into machines.
std::optional<Submission> read_command(std::string_view command);

// Whether it may stand in "MAIL FROM:<...>".
bool is_address(std::string_view text);

}  // namespace stockade::mail
