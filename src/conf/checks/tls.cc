// mod_ssl.
#include "conf/checks/own_checks.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

std::string check_protocol(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    std::string_view text = word.text;
    const bool minus = text.starts_with('-');
    if (minus || text.starts_with('+')) text.remove_prefix(1);
    const std::string name(input.name());
    if (!is_one_of(text, "all|SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3")) {
      return name + ": Illegal protocol '" + std::string(text) + "'";
    }
    if (minus) continue;
    if (equals_ignoring_case(text, "SSLv2")) return name + ": SSLv2 is no longer supported";
    // Debian's, Ubuntu's and RHEL's OpenSSL have no SSLv3.
    if (equals_ignoring_case(text, "SSLv3"))
      return "SSLv3 not supported by this version of OpenSSL";
  }
  return "";
}

std::string check_ssl_options(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    std::string_view text = word.text;
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!is_one_of(text,
                   "StdEnvVars|ExportCertData|ExportBothCertData|FakeBasicAuth|StrictRequire|"
                   "OptRenegotiate|LegacyDNStringFormat|CompatEnvVars")) {
      return "SSLOptions: Illegal option '" + std::string(text) + "'";
    }
  }
  return "";
}

std::string check_cipher_suite(const CheckInput& input) {
  const Directive& d = input.directive;
  if (d.words.size() < 2 || is_one_of(d.arg(0), "SSL|TLSv1.3")) return "";
  return "protocol '" + std::string(d.arg(0)) + "' not supported";
}

std::string check_file(const CheckInput& input) {
  const std::string_view argument = input.directive.arg(0);
  if (!input.environment.check_paths || argument.starts_with("pkcs11:")) return "";
  const std::string path = absolute_path(input.config.server_root, argument);
  const auto status = input.files.status(path);
  const bool there = status && status->type == FileType::regular && status->size > 0;
  // What may not be seen is no proof that it is missing.
  if (there || (!status && status.error().code == 13)) return "";
  return std::string(input.name()) + ": file '" + path + "' does not exist or is empty";
}

std::string check_directory(const CheckInput& input) {
  if (!input.environment.check_paths) return "";
  const std::string path = absolute_path(input.config.server_root, input.directive.arg(0));
  const auto status = input.files.status(path);
  if (status && status->type == FileType::directory) return "";
  if (!status && status.error().code == 13) return "";
  return std::string(input.name()) + ": directory '" + path + "' does not exist";
}

std::string check_session_cache(const CheckInput& input) {
  const std::string_view argument = input.directive.arg(0);
  const std::string_view kind = argument.substr(0, argument.find(':'));
  if (is_one_of(kind, "none|nonenotnull|shmcb|shmht|shm|dbm|memcache|default|redis|dc")) return "";
  return std::string(input.name()) + ": '" + std::string(kind) + "' session cache not supported";
}

std::string check_random_seed(const CheckInput& input) {
  if (is_one_of(input.directive.arg(0), "startup|connect")) return "";
  return "SSLRandomSeed: invalid context: `" + std::string(input.directive.arg(0)) + "'";
}

constexpr OwnCheck kTlsChecks[] = {
    {"SSLProtocol", check_protocol},
    {"SSLProxyProtocol", check_protocol},
    {"SSLOptions", check_ssl_options},
    {"SSLCipherSuite", check_cipher_suite},
    {"SSLProxyCipherSuite", check_cipher_suite},
    {"SSLCertificateFile", check_file},
    {"SSLCertificateKeyFile", check_file},
    {"SSLCertificateChainFile", check_file},
    {"SSLCACertificateFile", check_file},
    {"SSLCARevocationFile", check_file},
    {"SSLCACertificatePath", check_directory},
    {"SSLCARevocationPath", check_directory},
    {"SSLSessionCache", check_session_cache},
    {"SSLRandomSeed", check_random_seed},
};

}  // namespace

std::span<const OwnCheck> tls_checks() { return kTlsChecks; }

}  // namespace stockade::conf
