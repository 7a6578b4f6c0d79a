// A real httpd with mod_stockade, on loopback, on a port the kernel chose, in a directory of its
// own. It is stopped when the object goes, and by the kernel when the test process dies.
#pragma once

#include <sys/types.h>

#include <ostream>
#include <string>
#include <vector>

#include "reserved_port.h"
#include "scratch_tree.h"

namespace stockade::module_test {

constexpr const char* kHttpd = "/usr/sbin/apache2";
constexpr const char* kModules = "/usr/lib/apache2/modules";
// For tests whose one machine stands for many clients.
constexpr const char* kTrustsLoopback =
    "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n";

enum class Mpm { event, prefork };
inline void PrintTo(Mpm mpm, std::ostream* out) {
  *out << (mpm == Mpm::event ? "event" : "prefork");
}

struct Output {
  int exit_code = -1;
  std::string output;  // stdout and stderr
};
Output run(const std::vector<std::string>& words);

// True where httpd and the module are here; else says what is missing.
bool can_serve();

class HttpdServer {
 public:
  explicit HttpdServer(Mpm mpm) : mpm_(mpm) {}
  ~HttpdServer() { stop(); }
  HttpdServer(const HttpdServer&) = delete;
  HttpdServer& operator=(const HttpdServer&) = delete;

  // Lines for before anything else, for the processes of the MPM, and for the site.
  struct Wish {
    std::string load = "";  // empty: LoadModule stockade_module
    std::string processes = "";
    size_t process_count = 1;  // to wait for
    std::string protocols = "h2c http/1.1";
    std::string site;
  };
  // Empty, or why it does not serve.
  std::string start(const Wish& wish);
  // `httpd -t` on the same configuration.
  Output check(const Wish& wish);
  // SIGUSR1, with a new configuration of the site; returns when the new generation serves.
  bool graceful(const Wish& wish);
  void stop();

  int port() const { return port_; }
  pid_t parent() const { return parent_; }
  std::vector<pid_t> children() const;
  std::string error_log() const;
  std::string access_log() const;
  const std::string& directory() const { return tree_.path(); }
  std::string table_file() const { return tree_.path() + "/run/stockade.table"; }

 private:
  void write_config(const Wish& wish) const;
  bool wait_until_it_serves() const;

  Mpm mpm_;
  test::ScratchTree tree_;
  test::ReservedPort reserved_;
  int port_ = 0;
  pid_t parent_ = 0;
  size_t processes_ = 1;
};

// TEST_MODE=full: what takes long is wanted too.
bool is_full_run();

// How often `what` stands in `text`.
size_t count_of(const std::string& text, const std::string& what);

}  // namespace stockade::module_test
