#include "rules/example_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/example.h"

namespace stockade::rules {
namespace {

Snapshot machine_of(std::string_view text) {
  const auto example = parse_example(text);
  EXPECT_TRUE(example) << example.error().message();
  return example ? example_snapshot(*example) : Snapshot();
}

TEST(ExampleCertificate, IsWhatItsFactSays) {
  const Snapshot snapshot = machine_of(
      "#: certificate /etc/ssl/x.pem names=a.example,b.example not-before=1970-01-02 "
      "not-after=2026-11-24 key=EC:256 issuer=\"CN=Some CA\" chain=2 "
      "signature=ecdsa-with-SHA256\n");
  EXPECT_TRUE(snapshot.coverage.certificates);
  const host::Certificate* certificate = snapshot.certificate("/etc/ssl/x.pem");
  ASSERT_NE(certificate, nullptr);
  EXPECT_THAT(certificate->names, testing::ElementsAre("a.example", "b.example"));
  EXPECT_EQ(certificate->subject, "CN=a.example");
  EXPECT_EQ(certificate->issuer, "CN=Some CA");
  EXPECT_EQ(certificate->not_before, 86400);
  EXPECT_EQ(certificate->not_after, 1795478400);  // date -u -d 2026-11-24 +%s
  EXPECT_EQ(certificate->key_type, "EC");
  EXPECT_EQ(certificate->key_bits, 256u);
  EXPECT_EQ(certificate->chain_length, 2u);
  EXPECT_EQ(certificate->signature, "ecdsa-with-SHA256");
  EXPECT_FALSE(certificate->self_signed);
}

TEST(ExampleCertificate, StandsAmongTheFilesOfTheMachine) {
  const Snapshot snapshot = machine_of(
      "#: file /etc/ssl/x.pem 0600\n#: certificate /etc/ssl/x.pem self-signed\n"
      "#: certificate /etc/ssl/y.pem error=\"no PEM\"\n");
  ASSERT_NE(snapshot.paths.find("/etc/ssl/x.pem"), nullptr);
  EXPECT_EQ(snapshot.paths.find("/etc/ssl/x.pem")->status.mode, 0600u);
  EXPECT_NE(snapshot.paths.find("/etc/ssl/y.pem"), nullptr);
  EXPECT_TRUE(snapshot.certificate("/etc/ssl/x.pem")->self_signed);
  EXPECT_EQ(snapshot.certificate("/etc/ssl/x.pem")->issuer, "CN=www.example.org");
  EXPECT_EQ(snapshot.certificate("/etc/ssl/y.pem")->error, "no PEM");
  EXPECT_TRUE(snapshot.certificate("/etc/ssl/y.pem")->names.empty());
  EXPECT_EQ(snapshot.taken_at, "2026-11-24T00:00:00Z");
}

TEST(ExampleCertificate, SaysWhatIsWrongWithItsFact) {
  ExampleMachine machine;
  for (const char* fact :
       {"certificate x.pem", "certificate /x.pem not-after=soon", "certificate /x.pem chain=many",
        "certificate /x.pem not-after=2026-02-30", "certificate /x.pem colour=red"}) {
    EXPECT_TRUE(add_certificate(machine, fact)) << fact;
  }
  EXPECT_TRUE(machine.certificates.empty());
}

TEST(ExampleCertificate, CanBeUnknown) {
  EXPECT_FALSE(
      machine_of("#: unknown certificates\n#: certificate /x.pem\n").coverage.certificates);
}

}  // namespace
}  // namespace stockade::rules
