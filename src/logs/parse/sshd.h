// The messages of OpenSSH's server, of versions 3 to 10 (since 9.8 its process is "sshd-session").
#pragma once

#include "logs/parse/auth_log.h"

namespace stockade::logs {

bool is_sshd(std::string_view program);

// Fills record.auth from a message of sshd; a message that means nothing gets kind other.
bool parse_sshd(const Envelope& envelope, Connections& connections, Record& record);

// Whether a failure that PAM reports for sshd is to be counted now: it waits until the connection
// ends without a login, or until a second name is tried.
bool count_pam_of_sshd(Connections::Connection& connection, const AuthRecord& auth);

}  // namespace stockade::logs
