#include "logs/parse/dropbear.h"

#include "base/text.h"
#include "logs/parse/login_text.h"
#include "logs/parse/sshd_peer.h"

namespace stockade::logs {

// "Bad password attempt for 'root' from 192.0.2.1:4000": the address is the end of the message.
bool parse_dropbear(std::string_view text, Record& record) {
  const size_t from = text.rfind(" from ");
  if (from == std::string_view::npos) return false;
  std::string_view client = text.substr(from + 6);
  const size_t colon = client.rfind(':');
  if (colon == std::string_view::npos || !is_port(client.substr(colon + 1))) return false;
  const std::string_view said = text.substr(0, from);
  std::string_view user = text_after(said, " '");
  take_back(user, "'");
  const bool good = said.find(" auth succeeded for '") != std::string_view::npos;
  const bool nobody = starts_with_ignoring_case(said, "login attempt for nonexistent user");
  const bool failed = nobody || starts_with_ignoring_case(said, "bad password attempt for ") ||
                      said.find(": Max auth tries reached - user '") != std::string_view::npos;
  if (!good && !failed) return false;
  good ? set_accepted_login(user, client.substr(0, colon), record)
       : set_failed_login(user, client.substr(0, colon), record);
  if (nobody) record.auth.login = Login::invalid_user;
  record.auth.port = port_of(client.substr(colon + 1));
  return true;
}

}  // namespace stockade::logs
