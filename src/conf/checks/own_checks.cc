#include "conf/checks/own_checks.h"

#include <vector>

namespace stockade::conf {

Check find_check(DirectiveId id) {
  static const std::vector<Check> kChecks = [] {
    std::vector<Check> checks(directive_id_count());
    for (const auto group : {core_checks(), name_checks(), access_checks(), rewrite_checks(),
                             mapping_checks(), header_checks(), tls_checks()}) {
      for (const OwnCheck& own : group) {
        const DirectiveId known = directive_id(own.name, false);
        if (known != kUnknownDirective) checks[known] = own.check;
      }
    }
    return checks;
  }();
  return kChecks[id];
}

}  // namespace stockade::conf
