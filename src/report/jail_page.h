// What "stockade jail" shows: the plan, what the attempts to get out met, what differs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "jail/plan/plan.h"
#include "jail/run/closing.h"
#include "jail/verify/attempt.h"
#include "jail/verify/inventory.h"
#include "report/pages.h"

namespace stockade::report {

// "stockade/jail-plan/1".
std::string render_jail_plan(const jail::Plan& plan, const jail::Closing& closing,
                             TextFormat format, const RenderOptions& options);

struct JailVerification {
  jail::Level level = jail::Level::strict;
  std::vector<jail::AttemptResult> attempts;
  std::vector<jail::Proof> proofs;
  std::vector<std::string> lost;
};
// "stockade/jail-verify/1".
std::string render_jail_verification(const JailVerification& verification, TextFormat format,
                                     const RenderOptions& options);

}  // namespace stockade::report
