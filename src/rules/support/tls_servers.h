// The servers that speak TLS, and the certificates they show.
#pragma once

#include <string_view>
#include <vector>

#include "rules/reporter.h"

namespace stockade::rules {

const std::vector<const conf::Server*>& tls_servers(const Snapshot& snapshot);

struct UsedCertificate {
  const conf::Directive* directive = nullptr;  // its SSLCertificateFile
  const host::Certificate* certificate = nullptr;
  std::vector<const conf::Server*> servers;
};

// Each SSLCertificateFile in force with what is known of its certificate; where nothing is, `what`
// is reported as not checked.
std::vector<UsedCertificate> used_certificates(const Snapshot& snapshot, Reporter& report,
                                               std::string_view what);

// Seconds since the epoch, UTC, of the moment the snapshot was taken; 0 where it does not say.
int64_t taken_at(const Snapshot& snapshot);

// "2026-11-24"
std::string date_of(int64_t seconds);

}  // namespace stockade::rules
