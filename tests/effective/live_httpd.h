// A real httpd on a site of its own: started on a port that the kernel chose, on loopback alone.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "reserved_port.h"
#include "site.h"

namespace stockade::effective {

struct Response {
  bool received = false;
  int status = 0;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::vector<std::pair<std::string, std::string>> in_order;
  std::string body;
};

// "" or why no httpd can be asked on this machine.
std::string httpd_missing();

class SiteTree {
 public:
  enum class Oracle : uint8_t { with, without };  // the module that tells what httpd decided
  explicit SiteTree(Oracle oracle = Oracle::with);
  ~SiteTree();
  SiteTree(const SiteTree&) = delete;
  SiteTree& operator=(const SiteTree&) = delete;

  const std::string& directory() const { return directory_; }
  // Writes the files and the configuration, with a port that is free now.
  void fill(const Site& site);
  uint16_t port() const { return port_; }
  std::string config_file() const { return directory_ + "/httpd.conf"; }
  // With "@W" and "@P" filled in.
  std::string filled(std::string text) const;

 private:
  std::string directory_;
  std::string module_;
  test::ReservedPort reserved_;
  uint16_t port_ = 0;
};

class LiveHttpd {
 public:
  explicit LiveHttpd(const SiteTree& tree);
  ~LiveHttpd();
  LiveHttpd(const LiveHttpd&) = delete;
  LiveHttpd& operator=(const LiveHttpd&) = delete;

  bool running() const { return running_; }
  std::string complaint() const;  // its error log
  Response ask(const SiteRequest& request) const;

 private:
  const SiteTree& tree_;
  pid_t process_ = -1;
  bool running_ = false;
};

}  // namespace stockade::effective
