#include "base/tls_ciphers.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace stockade {
namespace {

TEST(ExpandCiphers, TellsKeyExchangesApart) {
  const auto mixed = expand_ciphers("AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256");
  ASSERT_TRUE(mixed);
  ASSERT_EQ(mixed->size(), 2u);
  EXPECT_EQ((*mixed)[0].name, "AES128-GCM-SHA256") << "the string's order is kept";
  EXPECT_FALSE((*mixed)[0].forward_secrecy);
  EXPECT_TRUE((*mixed)[1].forward_secrecy);
  EXPECT_EQ((*mixed)[1].bits, 128);
}

TEST(ExpandCiphers, LeavesTls13Out) {
  const auto high = expand_ciphers("HIGH:!aNULL");
  ASSERT_TRUE(high);
  EXPECT_FALSE(high->empty());
  EXPECT_TRUE(std::none_of(high->begin(), high->end(), [](const TlsCipher& cipher) {
    return std::string_view(cipher.name).starts_with("TLS_");
  }));
}

TEST(ExpandCiphers, NothingUsableIsAnError) {
  EXPECT_FALSE(expand_ciphers("NO-SUCH-CIPHER"));
  EXPECT_FALSE(expand_ciphers(""));
}

}  // namespace
}  // namespace stockade
