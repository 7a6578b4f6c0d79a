// Dropbear, the small ssh server.
// Source: dropbear svr-auth.c, svr-authpasswd.c, svr-authpubkey.c
#pragma once

#include "logs/parse/syslog.h"
#include "logs/record.h"

namespace stockade::logs {

// Whether the message is one of dropbear about a login.
bool parse_dropbear(std::string_view text, Record& record);

}  // namespace stockade::logs
