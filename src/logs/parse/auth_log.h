// Logins, as sshd, PAM, su, sudo and the ftp and mail servers write them through syslog.
//
// What happened in one connection is often spread over several lines of one process: a line without
// an address ("Too many authentication failures") belongs to the address that an earlier line
// named, and a key that was refused is no failure where another one was accepted. `Connections`
// remembers that; it is bounded and forgets the oldest.
//
// A user name is any bytes of the client's: names and addresses are found from the fixed end of a
// message, never by searching for "from".
// Source: OpenSSH auth.c, auth2.c, packet.c, sshd.c; Linux-PAM pam_unix_auth.c, support.c
#pragma once

#include <array>
#include <string>

#include "logs/parse/syslog.h"
#include "logs/record.h"

namespace stockade::logs {

class Connections {
 public:
  struct Connection {
    uint32_t pid = 0;
    std::string client;
    std::string user;         // of the failure that waits
    bool waiting = false;     // something failed, and is not counted yet
    bool counted = false;     // a failure of this connection was counted
    bool other_user = false;  // ... under another name than the last one
  };
  Connection& of(uint32_t pid);
  void forget(uint32_t pid);

 private:
  std::array<Connection, 1024> slots_;
};

// Whether the message is about a login, or from a program that only this file knows; fills `record`
// with kind auth, or with kind other where nothing in it matters.
bool parse_auth(const Envelope& envelope, Connections& connections, Record& record);

}  // namespace stockade::logs
