#include "conf/effective/access.h"

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/compat.h"
#include "conf/effective/require.h"

namespace stockade::conf {

namespace {

// check_user_id with no credentials: what httpd answers when somebody has to log in.
void ask_for_user(const World& world, const Layers& layers, const RequestFacts& facts,
                  AccessAnswer& answer) {
  const Found type = last_in(layers, "AuthType");
  if (facts.has_credentials()) {
    answer.doubt = "whether the user and password are good is not looked up";
    return;
  }
  if (!type || equals_ignoring_case(type.directive->arg(0), "None")) {
    answer.decision = Decision::denied;
    answer.status = 500;
    answer.because.push_back({"denied", "a user is required and no AuthType is set", {}});
    return;
  }
  const bool basic = equals_ignoring_case(type.directive->arg(0), "Basic") &&
                     world.config.has_module("auth_basic_module");
  if (!basic) {
    answer.doubt = "how AuthType " + std::string(type.directive->arg(0)) + " asks is not known";
    answer.doubt_place = said(type).place;
    return;
  }
  if (const Found fake = last_in(layers, "AuthBasicFake")) {
    answer.doubt = "AuthBasicFake";
    answer.doubt_place = said(fake).place;
    return;
  }
  // Without a name httpd answers 500.
  const bool named = static_cast<bool>(last_in(layers, "AuthName"));
  answer.decision = named ? Decision::auth : Decision::denied;
  answer.status = named ? 401 : 500;
  answer.because.push_back({"needs a user", "no credentials were sent", said(type)});
}

// AllowMethods of the innermost section that has any: nothing where every method is let in.
std::optional<Found> refused_method(const World& world, const Layers& layers,
                                    std::string_view method) {
  if (!world.config.has_module("allowmethods_module")) return std::nullopt;
  bool reset = true;
  bool listed = false;
  std::optional<Found> refused;
  for (const Found& found : innermost(layers, "AllowMethods")) {
    const Directive& d = *found.directive;
    reset = equals_ignoring_case(d.arg(0), "reset");
    if (reset) listed = false;
    for (const Word& word : d.words) {
      listed = listed || word.text == method || (word.text == "GET" && method == "HEAD");
    }
    refused = found;
  }
  if (reset || listed) return std::nullopt;
  return refused;
}

}  // namespace

AccessAnswer judge_access(const World& world, const Layers& layers, const RequestFacts& facts) {
  AccessAnswer answer;
  const CompatAnswer hosts = judge_compat(world, layers, facts);
  const bool any = satisfies_any(world, layers, facts);
  answer.because = hosts.because;
  if (hosts.truth == expr::Truth::unknown) {
    answer.doubt = hosts.cause;
    answer.doubt_place = hosts.place;
    return answer;
  }
  const auto refused = refused_method(world, layers, facts.method);
  if (refused) {
    answer.because.push_back({"denied", "the method is " + facts.method, said(*refused)});
  }
  const bool let_in = hosts.truth == expr::Truth::yes && !refused;
  if (!any && !let_in) {
    answer.decision = Decision::denied;
    answer.status = refused ? 405 : 403;
    return answer;
  }
  if (any && let_in) {
    answer.decision = Decision::granted;
    return answer;
  }
  const RequireAnswer required = judge_require(layers, facts);
  answer.because.insert(answer.because.end(), required.because.begin(), required.because.end());
  if (!required.doubt.empty()) {
    answer.doubt = required.doubt;
    answer.doubt_place = required.doubt_place;
  } else if (const Found type = last_in(layers, "AuthType");
             type && !required.any && !equals_ignoring_case(type.directive->arg(0), "None")) {
    answer.decision = Decision::denied;
    answer.status = 500;
    answer.because.push_back({"denied", "AuthType is set and no Require is", said(type)});
  } else if (required.outcome == Authz::granted) {
    answer.decision = Decision::granted;
  } else if (required.outcome == Authz::needs_user) {
    ask_for_user(world, layers, facts, answer);
  } else {
    answer.decision = Decision::denied;
    answer.status = 403;
  }
  return answer;
}

}  // namespace stockade::conf
