#include "logs/recognise/family.h"

namespace stockade::logs {

namespace {

struct FamilyRow {
  std::string_view name;
  Intent intent;
};

// In the order of the enumeration.
constexpr FamilyRow kFamilyRows[] = {
    {"traversal", Intent::exploitation},
    {"file-inclusion", Intent::exploitation},
    {"command-injection", Intent::exploitation},
    {"php-injection", Intent::exploitation},
    {"ssrf", Intent::exploitation},
    {"xss", Intent::exploitation},
    {"sql-injection", Intent::exploitation},
    {"java-injection", Intent::exploitation},
    {"scanner-agent", Intent::reconnaissance},
    {"probing", Intent::reconnaissance},
    {"protocol-abuse", Intent::reconnaissance},
    {"sensitive-file", Intent::reconnaissance},
    {"admin-panel", Intent::reconnaissance},
    {"wordpress", Intent::reconnaissance},
    {"known-weakness", Intent::exploitation},
    {"backdoor", Intent::exploitation},
    {"crawling", Intent::reconnaissance},
    {"flood", Intent::abuse},
    {"web-login", Intent::credentials},
    {"open-proxy", Intent::abuse},
    {"access-denied", Intent::reconnaissance},
    {"firewall", Intent::exploitation},
    {"limiter", Intent::abuse},
    {"ssh-login", Intent::credentials},
    {"ssh-scan", Intent::reconnaissance},
    {"login", Intent::credentials},
    {"privilege", Intent::credentials},
    {"intrusion", Intent::intrusion},
};
static_assert(std::size(kFamilyRows) == kFamilies);

constexpr std::string_view kIntentNames[] = {"reconnaissance", "exploitation", "credentials",
                                             "abuse", "intrusion"};
static_assert(std::size(kIntentNames) == kIntents);

}  // namespace

std::string_view name_of(Family family) { return kFamilyRows[static_cast<size_t>(family)].name; }
Intent intent_of(Family family) { return kFamilyRows[static_cast<size_t>(family)].intent; }
std::string_view name_of(Intent intent) { return kIntentNames[static_cast<size_t>(intent)]; }

}  // namespace stockade::logs
