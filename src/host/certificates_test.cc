#include "host/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_certificate.h"

namespace stockade::host {
namespace {

TEST(Certificates, AreReadAsOpenSslReadsThem) {
  const auto leaf = test::make_certificate({"RSA:2048",
                                            {"www.example.org", "192.0.2.1", "2001:db8::1"},
                                            "www.example.org",
                                            "Some CA",
                                            1'700'000'000,
                                            1'800'000'000});
  const auto chain = test::make_certificate({});
  const Certificate c =
      parse_certificate("/x.pem", leaf.key + "text\n" + leaf.certificate + chain.certificate);
  EXPECT_EQ(c.error, "");
  EXPECT_EQ(c.file, "/x.pem");
  EXPECT_THAT(c.names, testing::ElementsAre("www.example.org", "192.0.2.1", "2001:db8::1"));
  EXPECT_EQ(c.subject, "CN=www.example.org");
  EXPECT_EQ(c.issuer, "CN=Some CA");
  EXPECT_EQ(c.not_before, 1'700'000'000);
  EXPECT_EQ(c.not_after, 1'800'000'000);
  EXPECT_EQ(c.key_type, "RSA");
  EXPECT_EQ(c.key_bits, 2048u);
  EXPECT_EQ(c.signature, "sha256WithRSAEncryption");
  EXPECT_FALSE(c.self_signed);
  EXPECT_EQ(c.chain_length, 2u);
}

TEST(Certificates, NameTheirKey) {
  const std::tuple<const char*, const char*, uint32_t> cases[] = {
      {"EC:256", "EC", 256}, {"EC:384", "EC", 384}, {"ED25519", "ED25519", 256}};
  for (const auto& [wish, type, bits] : cases) {
    const auto made = test::make_certificate({.key = wish, .names = {}});
    const Certificate c = parse_certificate("/x", made.certificate);
    EXPECT_EQ(c.key_type, type);
    EXPECT_EQ(c.key_bits % 8, bits % 8) << wish;
    EXPECT_TRUE(c.self_signed);
    EXPECT_THAT(c.names, testing::ElementsAre("www.example.org")) << "the CN where there is no SAN";
  }
}

TEST(Certificates, SayWhatIsWrongWithThem) {
  const auto made = test::make_certificate({});
  EXPECT_EQ(parse_certificate("/x", "").error, "there is no PEM certificate in it");
  EXPECT_EQ(parse_certificate("/x", made.key).error, "there is no PEM certificate in it");
  const std::string half = made.certificate.substr(0, made.certificate.size() / 2);
  EXPECT_EQ(parse_certificate("/x", half).error, "there is no PEM certificate in it");
  EXPECT_EQ(parse_certificate("/x", half + "\n-----END CERTIFICATE-----\n").error,
            "its first certificate is damaged");
}

}  // namespace
}  // namespace stockade::host
