// The site of tests/corpus/jail-site with ports and logs of a test's own, and a jail around it that
// ends with the test, also when it fails.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "../robust/program.h"
#include "reserved_port.h"
#include "scratch_tree.h"

namespace stockade::test {

// Why jails cannot be tried here, or "".
std::string why_no_jail();

class JailSite {
 public:
  JailSite();
  ~JailSite();

  // What is done in the process of "jail up" before it becomes the program.
  void prepare_with(std::function<void()> prepare) { prepare_ = std::move(prepare); }
  // "stockade jail WORD OPTIONS" for this site.
  robust::Outcome jail(const std::string& word, std::vector<std::string> options = {}) const;
  robust::Outcome up(std::vector<std::string> options = {}) const;

  uint16_t port() const { return port_.number(); }
  uint16_t tls_port() const { return tls_port_.number(); }
  const ScratchTree& tree() const { return tree_; }
  std::string error_log() const;
  std::string state() const { return tree_.path() + "/state"; }
  // Replaces text in the configuration.
  void edit(const std::string& from, const std::string& to) const;
  // Takes mod_cgid and its CGI out of it.
  void drop_cgi() const;
  // Adds lines to it.
  void configure(const std::string& lines) const;
  // The number behind a word of "jail status"'s raw answer: "process", "supervisor".
  int process() const;

 private:
  ScratchTree tree_;
  ReservedPort port_, tls_port_;
  std::function<void()> prepare_;
  int guard_ = 0;  // ends the jail if the test is killed
};

struct Answer {
  int status = 0;  // 0: there was none
  std::string body;
};
Answer ask(uint16_t port, const std::string& path);
// Asks, reads the first bytes, and goes away.
void ask_and_leave(uint16_t port, const std::string& path);
// The serial number of the certificate that is served; "" where there is none.
std::string served_serial(uint16_t port);

}  // namespace stockade::test
