#include "poor_kernel.h"

#include <seccomp.h>
#include <unistd.h>

namespace stockade::test {

void refuse_calls(const std::vector<RefusedCall>& calls) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  // A privileged process needs no no_new_privs, which would change what is tried here.
  bool done = filter != nullptr && seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) == 0;
  for (const RefusedCall& call : calls) {
    const int number = seccomp_syscall_resolve_name(call.name);
    const uint32_t answer = call.answer == kKilled
                                ? SCMP_ACT_KILL_PROCESS
                                : SCMP_ACT_ERRNO(static_cast<uint16_t>(call.answer));
    const scmp_arg_cmp holds{0, SCMP_CMP_MASKED_EQ, call.flags, call.flags};
    done = done && seccomp_rule_add_array(filter, answer, number, call.flags == 0 ? 0 : 1,
                                          call.flags == 0 ? nullptr : &holds) == 0;
  }
  done = done && seccomp_load(filter) == 0;
  if (!done) _exit(125);
}

}  // namespace stockade::test
