// Certificates made while a test runs, so that no test has one that expires or a key in a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stockade::test {

struct CertificateWish {
  std::string key = "EC:256";  // "RSA:2048", "EC:256", "EC:384", "ED25519"
  std::vector<std::string> names = {"www.example.org"};  // subjectAltName; addresses too
  std::string subject = "www.example.org";               // its CN
  std::string issuer;                                    // its CN; empty: signed by itself
  int64_t not_before = 0;                                // seconds since the epoch
  int64_t not_after = 4'000'000'000;
};

struct MadeCertificate {
  std::string certificate;  // PEM
  std::string key;          // PEM, not encrypted
};

// Empty texts where OpenSSL refuses.
MadeCertificate make_certificate(const CertificateWish& wish);

}  // namespace stockade::test
