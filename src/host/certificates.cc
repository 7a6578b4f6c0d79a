#include "host/certificates.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "host/named_paths.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxCertificate = 4 << 20;
constexpr size_t kMaxChain = 64;
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* thing) const {
    kFree(thing);
  }
};
using Leaf = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

std::string text_in(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

std::string name_text(const X509_NAME* name) {
  const Memory memory(BIO_new(BIO_s_mem()));
  const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  X509_NAME_print_ex(memory.get(), name, 0, flags);
  return text_in(memory.get());
}

std::string bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string address_text(const ASN1_STRING* bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  const int family = ASN1_STRING_length(bytes) == 4    ? AF_INET
                     : ASN1_STRING_length(bytes) == 16 ? AF_INET6
                                                       : AF_UNSPEC;
  if (family == AF_UNSPEC) return "";
  inet_ntop(family, ASN1_STRING_get0_data(bytes), text, sizeof text);
  return text;
}

std::string common_name(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return "";
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return "";
  std::string text(reinterpret_cast<char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::vector<std::string> names_of(const X509* leaf) {
  std::vector<std::string> names;
  const Names found(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; found && i < sk_GENERAL_NAME_num(found.get()); ++i) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(found.get(), i), &type);
    std::string name;
    if (type == GEN_DNS) name = bytes_of(static_cast<const ASN1_STRING*>(value));
    if (type == GEN_IPADD) name = address_text(static_cast<const ASN1_STRING*>(value));
    if (!name.empty()) names.push_back(std::move(name));
  }
  if (names.empty()) {
    std::string name = common_name(X509_get_subject_name(leaf));
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<int64_t>(timegm(&parts)) : 0;
}

std::string key_type_of(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      return "RSA";
    case EVP_PKEY_EC:
      return "EC";
    case EVP_PKEY_ED25519:
      return "ED25519";
    default: {
      const char* name = EVP_PKEY_get0_type_name(key);
      return name == nullptr ? "" : name;
    }
  }
}

// Each block of certificates, from BEGIN to END. OpenSSL never sees the keys beside them.
std::vector<std::string_view> certificate_blocks(std::string_view pem) {
  std::vector<std::string_view> blocks;
  for (size_t at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin, at + 1)) {
    const std::string_view rest = pem.substr(at + kBegin.size());
    const std::string_view label = rest.substr(0, rest.find("-----"));
    if (label != "CERTIFICATE" && label != "X509 CERTIFICATE" && label != "TRUSTED CERTIFICATE") {
      continue;
    }
    const size_t end = rest.find(kEnd);
    if (end == std::string_view::npos) break;
    const size_t line = std::min(rest.find('\n', end), rest.size());
    blocks.push_back(pem.substr(at, kBegin.size() + line));
    if (blocks.size() == kMaxChain) break;
  }
  return blocks;
}

void fill(Certificate& certificate, X509* leaf) {
  certificate.names = names_of(leaf);
  certificate.subject = name_text(X509_get_subject_name(leaf));
  certificate.issuer = name_text(X509_get_issuer_name(leaf));
  certificate.self_signed =
      X509_NAME_cmp(X509_get_subject_name(leaf), X509_get_issuer_name(leaf)) == 0;
  certificate.not_before = seconds_of(X509_get0_notBefore(leaf));
  certificate.not_after = seconds_of(X509_get0_notAfter(leaf));
  certificate.signature = OBJ_nid2ln(X509_get_signature_nid(leaf));
  if (const EVP_PKEY* key = X509_get0_pubkey(leaf)) {
    certificate.key_type = key_type_of(key);
    certificate.key_bits = static_cast<uint32_t>(EVP_PKEY_get_bits(key));
  }
}

}  // namespace

Certificate parse_certificate(std::string file, std::string_view pem) {
  Certificate certificate;
  certificate.file = std::move(file);
  const auto blocks = certificate_blocks(pem);
  if (blocks.empty()) {
    certificate.error = "there is no PEM certificate in it";
    return certificate;
  }
  const std::string_view first = blocks.front();
  const Memory memory(BIO_new_mem_buf(first.data(), static_cast<int>(first.size())));
  const Leaf leaf(PEM_read_bio_X509_AUX(memory.get(), nullptr, nullptr, nullptr));
  if (!leaf) {
    certificate.error = "its first certificate is damaged";
    return certificate;
  }
  certificate.chain_length = static_cast<uint32_t>(blocks.size());
  fill(certificate, leaf.get());
  return certificate;
}

void collect_certificates(Collector& collector, PathLooker& looker) {
  Snapshot& snapshot = collector.snapshot;
  snapshot.coverage.certificates = true;
  std::vector<std::string> unread;
  std::string reason;
  for (const std::string& file : files_named_by(snapshot, "SSLCertificateFile")) {
    const std::string real = looker.look(file);
    const auto pem = collector.files.read(real.empty() ? file : real, kMaxCertificate);
    if (pem) {
      snapshot.certificates.push_back(parse_certificate(file, *pem));
      continue;
    }
    Certificate certificate;
    certificate.file = file;
    certificate.error = collector.gaps.reason(pem.error());
    unread.push_back(file);
    reason = certificate.error;
    snapshot.certificates.push_back(std::move(certificate));
  }
  if (!unread.empty()) {
    collector.gaps.add("certificates " + some_of(unread), reason, {"certificates"});
  }
}

}  // namespace stockade::host
