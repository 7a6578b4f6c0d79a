#include "base/tls_ciphers.h"

#include <openssl/crypto.h>
#include <openssl/obj_mac.h>
#include <openssl/ssl.h>

#include <memory>

namespace stockade {

namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeConnection {
  void operator()(SSL* connection) const { SSL_free(connection); }
};
struct FreeStack {
  void operator()(STACK_OF(SSL_CIPHER) * stack) const { sk_SSL_CIPHER_free(stack); }
};

bool has_forward_secrecy(const SSL_CIPHER* cipher) {
  const int exchange = SSL_CIPHER_get_kx_nid(cipher);
  return exchange == NID_kx_ecdhe || exchange == NID_kx_dhe || exchange == NID_kx_ecdhe_psk ||
         exchange == NID_kx_dhe_psk;
}

}  // namespace

Result<std::vector<TlsCipher>> expand_ciphers(std::string_view cipher_string) {
  const std::string text(cipher_string);
  const auto fail = [&](std::string reason) {
    return tl::unexpected(Error{"expand the cipher string", text, std::move(reason), ""});
  };
  const std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_server_method()));
  if (!context) return fail("OpenSSL has no memory for it");
  if (SSL_CTX_set_cipher_list(context.get(), text.c_str()) != 1) {
    return fail("OpenSSL finds no cipher in it");
  }
  const std::unique_ptr<SSL, FreeConnection> connection(SSL_new(context.get()));
  if (!connection) return fail("OpenSSL has no memory for it");
  // The supported ones: what the security level takes away again is left out.
  const std::unique_ptr<STACK_OF(SSL_CIPHER), FreeStack> stack(
      SSL_get1_supported_ciphers(connection.get()));
  std::vector<TlsCipher> ciphers;
  for (int i = 0; stack && i < sk_SSL_CIPHER_num(stack.get()); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(stack.get(), i);
    if (std::string_view(SSL_CIPHER_get_version(cipher)) == "TLSv1.3") continue;
    ciphers.push_back({SSL_CIPHER_get_name(cipher), SSL_CIPHER_get_bits(cipher, nullptr),
                       has_forward_secrecy(cipher)});
  }
  return ciphers;
}

std::string openssl_version() { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace stockade
