#include "rules/support/strictness.h"

#include <array>
#include <bit>

#include "base/text.h"
#include "rules/support/tls.h"

namespace stockade::rules {

namespace {

// Values from the strictest to the laxest, '|'-separated; equals share a rank by ','.
struct Scale {
  std::string_view directive;
  std::string_view values;
};
constexpr auto kScales = std::to_array<Scale>({
    {"ServerTokens", "Prod,ProductOnly|Major|Minor|Min,Minimal|OS|Full"},
    {"ServerSignature", "Off|On|EMail"},
    {"TraceEnable", "off|on|extended"},
    {"SSLVerifyClient", "require|optional|optional_no_ca|none"},
    {"SSLProxyVerify", "require|optional|optional_no_ca|none"},
    {"SSLProxyCheckPeerName", "on|off"},
    {"SSLInsecureRenegotiation", "off|on"},
    {"SSLCompression", "off|on"},
    {"SSLStrictSNIVHostCheck", "on|off"},
    {"StrictHostCheck", "ON|OFF"},
    {"AllowEncodedSlashes", "Off|NoDecode|On"},
    {"MergeSlashes", "ON|OFF"},
    {"ProxyRequests", "Off|On"},
    {"SSLEngine", "on|optional|off"},
});

constexpr auto kJudged = [] {
  std::array<std::string_view, kScales.size() + 2> names{};
  for (size_t i = 0; i < kScales.size(); ++i) names[i] = kScales[i].directive;
  names[kScales.size()] = "SSLProtocol";
  names[kScales.size() + 1] = "AllowOverride";
  return names;
}();

std::optional<int> rank_in(std::string_view values, std::string_view value) {
  int rank = 0;
  for (std::string_view equals : split(values, '|')) {
    for (std::string_view one : split(equals, ',')) {
      if (equals_ignoring_case(one, value)) return rank;
    }
    ++rank;
  }
  return std::nullopt;
}

}  // namespace

std::span<const std::string_view> judged_directives() { return kJudged; }

std::optional<int> laxity_of(const conf::Directive& d) {
  if (d.is("SSLProtocol")) return std::popcount(tls_versions(&d) & kOldTls);
  if (d.is("AllowOverride")) {
    if (equals_ignoring_case(d.arg(0), "None")) return 0;
    return equals_ignoring_case(d.arg(0), "All") ? 2 : 1;
  }
  for (const Scale& scale : kScales) {
    if (d.is(scale.directive)) return rank_in(scale.values, d.arg(0));
  }
  return std::nullopt;
}

}  // namespace stockade::rules
