// Where a directive stands, in words that survive moved lines: part of a finding's fingerprint.
#pragma once

#include <string>

#include "host/snapshot.h"

namespace stockade::rules {

// "VirtualHost shop.example:443 > Directory /srv > Options".
std::string directive_path(const Snapshot& snapshot, const conf::Directive& d);

}  // namespace stockade::rules
