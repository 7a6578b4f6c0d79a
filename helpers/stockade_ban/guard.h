// Which networks no firewall may ban, whatever the table says: a mistake here locks people out.
#pragma once

#include <string>
#include <vector>

#include "limit/allow_list.h"
#include "limit/region.h"

namespace stockade::ban_helper {

class Guard {
 public:
  explicit Guard(std::vector<limit::AddressRange> allowed);

  // Looks anew: this machine's addresses, who is logged in, what httpd told in `region`.
  void refresh(const limit::Region& region);

  // Whether banning `network` would touch anything that is protected, or is no network that is ever
  // counted. Everything is refused while httpd's list is not whole.
  bool refuses(limit::Network network) const;
  bool is_whole() const { return is_whole_; }

 private:
  std::vector<limit::AddressRange> fixed_;  // loopback, --allow, the ssh that started this
  std::vector<limit::AddressRange> ranges_;
  bool is_whole_ = false;
};

}  // namespace stockade::ban_helper
