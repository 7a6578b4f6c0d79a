#include "finding/fingerprint.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "base/text.h"

namespace stockade {

namespace {

// FNV-1a with a final mix (of MurmurHash3): stable for ever, on every machine. Nobody gains from a
// collision: who can choose the text can write a remark as well.
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

void append_normalised(std::string& out, std::string_view text) {
  for (const std::string_view word : split_words(text)) out.append(word).push_back(' ');
}

// A NUL stands between the parts: httpd ends a line at one, so it is in none of them.
std::string identity_of(const Finding& finding) {
  std::string identity = finding.rule;
  identity.push_back('\0');
  append_normalised(identity, finding.directive_path);
  identity.push_back('\0');
  append_normalised(identity, finding.argument);
  return identity;
}

}  // namespace

void set_fingerprints(std::vector<Finding>& findings) {
  std::unordered_map<uint64_t, uint32_t> seen;
  seen.reserve(findings.size());
  for (Finding& finding : findings) {
    const uint64_t hash = hash_of(identity_of(finding));
    const uint32_t number = ++seen[hash];
    finding.fingerprint =
        number == 1 ? fmt::format("{:016x}", hash) : fmt::format("{:016x}-{}", hash, number);
  }
}

}  // namespace stockade
