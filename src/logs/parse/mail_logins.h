// Logins at mail servers: dovecot, postfix, exim, sendmail, cyrus, courier, UW imapd. What they say
// of mail that they refuse is no login, and is left to them.
// Source: Dovecot login-common/client-common.c, auth/auth-request.c; Postfix smtpd_sasl_glue.c,
// smtpd.c; Exim src/smtp_in.c; sendmail srvrsmtp.c; Cyrus imapd.c; Courier-IMAP authinfo
#pragma once

#include "logs/parse/auth_log.h"

namespace stockade::logs {

// Whether the message is one of a mail server about a login.
bool parse_mail_login(const Envelope& envelope, Connections& connections, Record& record);

// A line of exim's own log, which has no envelope:
// "2026-01-04 17:03:46 [99] plain authenticator failed for ...".
bool parse_exim_line(std::string_view line, Record& record);

}  // namespace stockade::logs
