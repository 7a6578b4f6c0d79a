// The texts of small files that rules read: .htaccess files and password files.
//
// Distrusts: whoever may write below a served tree. A .htaccess that is a link, or reached through
// one that was put there meanwhile, is not read: as root that would read any file of the machine.
#pragma once

#include <string>
#include <string_view>

#include "host/collector.h"
#include "host/paths.h"

namespace stockade::host {

void collect_contents(Collector& collector, PathLooker& looker);

// A password file without its secrets: each hash is cut to what tells its scheme. "user:$apr1$",
// "user:$2y$05$", "user:{SHA}"; "{CRYPT}" stands for a 13 character crypt(3) hash, "{OTHER}" for
// anything else, which htpasswd -p writes as the password itself. Of htdigest's "user:realm:hash"
// the last field goes. Comments and lines without
// a ':' are dropped.
std::string cut_hashes(std::string_view text);

}  // namespace stockade::host
