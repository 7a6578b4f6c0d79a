// What a cipher string stands for, asked of the OpenSSL that this program runs with. Another
// machine's OpenSSL may know other ciphers and other defaults: say so where it matters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade {

struct TlsCipher {
  std::string name;              // OpenSSL's: "ECDHE-RSA-AES128-GCM-SHA256"
  int bits = 0;                  // of the symmetric key, as OpenSSL rates it
  bool forward_secrecy = false;  // the key exchange uses keys made for the connection
};

// The ciphers up to TLS 1.2 that `cipher_string` leaves usable, the preferred one first; those of
// TLS 1.3 are set apart from them and all good. An error: OpenSSL takes no part of the string.
Result<std::vector<TlsCipher>> expand_ciphers(std::string_view cipher_string);

// "OpenSSL 3.0.19 27 Jan 2026"
std::string openssl_version();

}  // namespace stockade
