// Servers that stand beside or in front of httpd and write in forms of their own: Guacamole's
// logins, Zoraxy's requests, and the honeypots endlessh and sshesame. Each form is small and fixed.
#pragma once

#include <string_view>

#include "logs/record.h"

namespace stockade::logs {

bool parse_other_server(std::string_view line, Record& record);

}  // namespace stockade::logs
