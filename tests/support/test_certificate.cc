#include "test_certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace stockade::test {

namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* thing) const {
    kFree(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Leaf = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;

Key make_key(const std::string& kind) {
  if (kind == "ED25519") return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const auto bits = static_cast<size_t>(std::stoul(kind.substr(kind.find(':') + 1)));
  if (kind.starts_with("RSA:")) return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", bits == 384 ? "P-384" : "P-256"));
}

void set_name(X509_NAME* name, const std::string& common_name) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
}

void add_names(X509* certificate, const std::vector<std::string>& names) {
  std::string value;
  for (const std::string& name : names) {
    const bool address = name.find_first_not_of("0123456789.") == std::string::npos ||
                         name.find(':') != std::string::npos;
    value += (value.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  if (value.empty()) return;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, value.c_str());
  if (extension == nullptr) return;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<size_t>(size)};
}

}  // namespace

MadeCertificate make_certificate(const CertificateWish& wish) {
  const Key key = make_key(wish.key);
  const Leaf leaf(X509_new());
  if (!key || !leaf) return {};
  X509_set_version(leaf.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(leaf.get()), 1);
  ASN1_TIME_set(X509_getm_notBefore(leaf.get()), wish.not_before);
  ASN1_TIME_set(X509_getm_notAfter(leaf.get()), wish.not_after);
  X509_set_pubkey(leaf.get(), key.get());
  set_name(X509_get_subject_name(leaf.get()), wish.subject);
  set_name(X509_get_issuer_name(leaf.get()), wish.issuer.empty() ? wish.subject : wish.issuer);
  add_names(leaf.get(), wish.names);
  const EVP_MD* digest = wish.key == "ED25519" ? nullptr : EVP_sha256();
  if (X509_sign(leaf.get(), key.get(), digest) == 0) return {};
  const Memory certificate(BIO_new(BIO_s_mem()));
  const Memory secret(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate.get(), leaf.get());
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(certificate.get()), text_of(secret.get())};
}

}  // namespace stockade::test
