// Logins at ftp servers: vsftpd, proftpd, pure-ftpd, wu-ftpd.
// Source: vsftpd logging.c; ProFTPD src/auth.c, modules/mod_auth.c; Pure-FTPd src/messages_en.h
#pragma once

#include "logs/parse/syslog.h"
#include "logs/record.h"

namespace stockade::logs {

// Whether the message is one of an ftp server about a login.
bool parse_ftp_login(const Envelope& envelope, Record& record);

// A line of vsftpd's own log:
// "Fri Jan 19 12:20:33 2007 [pid 27202] [tony] FAIL LOGIN: Client "192.0.2.1"".
bool parse_vsftpd_line(std::string_view line, Record& record);

}  // namespace stockade::logs
