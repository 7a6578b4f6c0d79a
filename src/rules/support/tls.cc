#include "rules/support/tls.h"

#include "base/text.h"

namespace stockade::rules {

namespace {

struct Name {
  std::string_view word;
  std::string_view shown;
  unsigned version;
};
constexpr Name kNames[] = {
    {"SSLv2", "SSL 2", kSsl2},      {"SSLv3", "SSL 3", kSsl3},      {"TLSv1", "TLS 1.0", kTls10},
    {"TLSv1.1", "TLS 1.1", kTls11}, {"TLSv1.2", "TLS 1.2", kTls12}, {"TLSv1.3", "TLS 1.3", kTls13},
};

unsigned versions_of(std::string_view word) {
  if (equals_ignoring_case(word, "all")) return kAllTls;
  for (const Name& name : kNames) {
    if (equals_ignoring_case(word, name.word)) return name.version;
  }
  return 0;
}

}  // namespace

unsigned tls_versions(const conf::Directive* ssl_protocol) {
  if (ssl_protocol == nullptr) return kAllTls;
  unsigned result = 0;
  for (std::string_view word : split_words(ssl_protocol->args)) {
    if (word.starts_with('+')) {
      result |= versions_of(word.substr(1));
    } else if (word.starts_with('-')) {
      result &= ~versions_of(word.substr(1));
    } else {
      result = versions_of(word);
    }
  }
  return result;
}

std::string tls_names(unsigned versions) {
  std::vector<std::string_view> shown;
  for (const Name& name : kNames) {
    if ((versions & name.version) != 0) shown.push_back(name.shown);
  }
  std::string result;
  for (size_t i = 0; i < shown.size(); ++i) {
    if (i > 0) result += i + 1 == shown.size() ? " and " : ", ";
    result += shown[i];
  }
  return result;
}

}  // namespace stockade::rules
