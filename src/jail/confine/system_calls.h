// The system calls that are left, as filters for the kernel.
//
// Everything else is answered with an error, never with a kill: a killed httpd leaves nothing in
// any log. What is allowed was measured in a run of httpd and php-fpm (start, requests, graceful,
// stop). Source: seccomp(2), seccomp_rule_add(3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade::jail {

enum class FilterKind : uint8_t {
  whole,       // master, php-fpm, CGIs
  worker,      // httpd's workers: no program is started, no process made, no network socket opened
  php_worker,  // the same where PHP lives in the worker
};

struct FilterWishes {
  bool network = false;           // sockets of the internet may be opened: the site has backends
  bool network_at_start = false;  // the same, but not by workers once they serve
  bool chroot = false;            // httpd's own ChrootDir is used
  bool programs = false;          // workers end CGIs whose clients have left
  bool system_v = false;          // System V semaphores and memory: a Mutex directive asks for them
};

// Names of the calls, some with rules for their arguments.
std::vector<std::string_view> allowed_calls(FilterKind kind, const FilterWishes& wishes);

// The filter as bytes for load_filter.
Result<std::string> make_filter(FilterKind kind, const FilterWishes& wishes);

}  // namespace stockade::jail
