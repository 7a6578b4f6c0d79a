// Units of systemd that close httpd in by the system's own means, out of the same plan.
//
// Source: systemd.exec(5), systemd.socket(5); how exposed one is, systemd-analyze(1) "security"
// tells.
#pragma once

#include <string>
#include <vector>

#include "jail/plan/plan.h"

namespace stockade::jail {

enum class UnitKind : uint8_t {
  hardened,      // L1: httpd starts as root, on the host's own root and network
  closed,        // L3: a root of its own, no network, sockets passed in; starts as root
  unprivileged,  // the same, never root: keys have to be readable by the site's account
  supervised,    // "stockade jail up" does it, systemd starts and stops that
};

struct UnitFile {
  std::string name;  // "stockade-apache2.service"
  std::string text;
};

std::vector<UnitFile> make_units(const Plan& plan, UnitKind kind, const std::string& name);

// The files that the plan makes, which a unit binds in from there.
std::string made_directory(const std::string& name);

}  // namespace stockade::jail
