#include "rules/support/tls.h"

#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

std::string names(std::string_view line) {
  const Snapshot snapshot = example_snapshot(*parse_example(line));
  return tls_names(tls_versions(snapshot.servers.main().last("SSLProtocol")));
}

TEST(TlsVersions, AddUpFromLeftToRight) {
  EXPECT_EQ(names(""), "TLS 1.0, TLS 1.1, TLS 1.2 and TLS 1.3");
  EXPECT_EQ(names("SSLProtocol all -TLSv1 -TLSv1.1\n"), "TLS 1.2 and TLS 1.3");
  EXPECT_EQ(names("SSLProtocol -all +TLSv1.2 +tlsv1.3\n"), "TLS 1.2 and TLS 1.3");
  EXPECT_EQ(names("SSLProtocol TLSv1.2\n"), "TLS 1.2");
  EXPECT_EQ(names("SSLProtocol TLSv1 TLSv1.2\n"), "TLS 1.2") << "a bare word starts afresh";
  EXPECT_EQ(names("SSLProtocol +SSLv3 +TLSv1.2\n"), "SSL 3 and TLS 1.2");
}

}  // namespace
}  // namespace stockade::rules
