// Logins that web applications send to syslog: phpMyAdmin, Webmin, Roundcube, Drupal.
// Source: phpMyAdmin libraries/classes/Logging.php; Webmin miniserv.pl; Roundcube
// program/include/rcmail.php, rcube_imap.php; Drupal core/modules/syslog
#pragma once

#include "logs/parse/syslog.h"
#include "logs/record.h"

namespace stockade::logs {

// Whether the message is one of them about a login.
bool parse_web_app_login(const Envelope& envelope, Record& record);

// A line of Roundcube's own log: "[22-Jan-2013 22:28:21 +0200]: <session> Failed login for ...".
bool parse_roundcube_line(std::string_view line, Record& record);

}  // namespace stockade::logs
