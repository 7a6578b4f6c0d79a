// One table of nftables, "inet stockade", through libnftables. No other table is read or changed.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "limit/client.h"

struct nft_ctx;

namespace stockade::ban_helper {

constexpr size_t kMaxInSet = 262'144;  // as many as the ban table holds

struct Change {
  limit::Network network;
  uint64_t seconds = 0;  // to ban it for; 0: take it away
};

class Firewall {
 public:
  explicit Firewall(std::string ports);
  ~Firewall();
  Firewall(const Firewall&) = delete;
  Firewall& operator=(const Firewall&) = delete;

  // Makes the table anew, empty. Empty, or why not: a table of that name that somebody else made is
  // left alone.
  std::string install();

  // In transactions of many changes each; how many the kernel did not take, `error()` says why.
  size_t apply(std::span<const Change> changes);
  const std::string& error() const { return error_; }

 private:
  bool run(const std::string& commands);

  nft_ctx* context_;
  std::string ports_;
  std::string error_;
};

}  // namespace stockade::ban_helper
