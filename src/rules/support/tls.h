// The protocol versions that an SSLProtocol line leaves on.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol; ssl_engine_config.c.
#pragma once

#include "conf/config.h"

namespace stockade::rules {

enum TlsVersion : unsigned {
  kSsl2 = 1,
  kSsl3 = 2,
  kTls10 = 4,
  kTls11 = 8,
  kTls12 = 16,
  kTls13 = 32,
  kOldTls = kSsl2 | kSsl3 | kTls10 | kTls11,
  // What "all" means, and what holds where nothing is written: OpenSSL as distributions build it
  // has no SSLv3.
  kAllTls = kTls10 | kTls11 | kTls12 | kTls13,
};

// The set that the words of an SSLProtocol directive add up to; of a null one the default.
unsigned tls_versions(const conf::Directive* ssl_protocol);

// "TLS 1.0 and TLS 1.1".
std::string tls_names(unsigned versions);

}  // namespace stockade::rules
