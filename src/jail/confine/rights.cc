#include "jail/confine/rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stockade::jail {
namespace {

// prctl(2) of Linux 6.3; Debian 12's headers do not know it.
constexpr int kSetMdwe = 65;
constexpr unsigned long kRefuseExecGain = 1;

}  // namespace

bool keep_capabilities(std::initializer_list<int> kept) {
  uint64_t bits = 0;
  for (const int capability : kept) bits |= uint64_t{1} << capability;
  return keep_capability_bits(bits);
}

bool keep_capability_bits(uint64_t bits) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
    const bool drops = (bits >> capability & 1) == 0;
    if (drops && prctl(PR_CAPBSET_DROP, capability) != 0) return false;
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  data[0].effective = data[0].permitted = static_cast<uint32_t>(bits);
  data[1].effective = data[1].permitted = static_cast<uint32_t>(bits >> 32);
  return syscall(SYS_capset, &header, data) == 0;
}

bool refuse_writable_code() { return prctl(kSetMdwe, kRefuseExecGain, 0, 0, 0) == 0; }

bool refuse_new_privileges() { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0; }

bool load_filter(const void* program, size_t size) {
  if (size % sizeof(sock_filter) != 0 || size / sizeof(sock_filter) > BPF_MAXINSNS) {
    errno = EINVAL;
    return false;
  }
  const sock_fprog filter{static_cast<unsigned short>(size / sizeof(sock_filter)),
                          static_cast<sock_filter*>(const_cast<void*>(program))};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}

}  // namespace stockade::jail
