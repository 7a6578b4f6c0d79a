// Proofs from outside: what /proc and the mounts of a running jail say of it. Nothing is entered.
//
// Source: proc(5), proc_pid_status(5), proc_pid_mountinfo(5), namespaces(7).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "jail/plan/plan.h"
#include "jail/verify/attempt.h"

namespace stockade::jail {

struct Proof {
  std::string name;  // "no-setuid"
  std::string what;  // "no program inside runs as its owner"
  bool holds = false;
  bool expected = true;  // at this level
  std::string evidence;  // "131 mounts, 2 programs"
};

struct InventoryTask {
  int process = 0;  // process 1 of the jail, as numbered outside
  Ground ground;
  uint32_t root_uid = 0;
  bool worker_filter = true;  // what this kernel and this site allow
  std::vector<Item> items;    // kind, path and source alone
};

Result<std::vector<Proof>> take_inventory(const InventoryTask& task);

}  // namespace stockade::jail
