// The certificates that SSLCertificateFile names, as OpenSSL reads them.
//
// Distrusts: the file, which may hold anything. Private keys in it are passed over unread.
#pragma once

#include <string>
#include <string_view>

#include "host/collector.h"
#include "host/paths.h"

namespace stockade::host {

// Of a PEM text: its first certificate. Certificate::error says what is wrong with it.
Certificate parse_certificate(std::string file, std::string_view pem);

void collect_certificates(Collector& collector, PathLooker& looker);

}  // namespace stockade::host
