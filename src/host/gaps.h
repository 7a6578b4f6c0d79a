// Writes down what could not be collected, with a reason that says what to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/snapshot.h"

namespace stockade::host {

class Gaps {
 public:
  // `user` is who looks; `list` must outlive this.
  Gaps(std::vector<Gap>& list, std::string user, bool is_root)
      : list_(list), user_(std::move(user)), is_root_(is_root) {}

  // The same `what` twice is kept once.
  void add(std::string what, std::string reason, std::vector<std::string> needs);
  void add(std::string what, const Error& error, std::vector<std::string> needs);

  // "permission denied as user tony; run with sudo", or the error's own cause.
  std::string reason(const Error& error) const;

 private:
  std::vector<Gap>& list_;
  std::string user_;
  bool is_root_;
};

// The first few of them and how many more: "/a, /b and 12 more".
std::string some_of(const std::vector<std::string>& names);

}  // namespace stockade::host
