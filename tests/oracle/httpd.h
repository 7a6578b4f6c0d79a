// The installed httpd, asked what it makes of a configuration.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace stockade::oracle {

// One reading.
struct HttpdAnswer {
  std::string impossible;  // why it gave none; empty: it did
  bool accepted = false;
  std::string out;
  std::string err;
  // Of the first error: "12 of /etc/apache2/x.conf", or empty where httpd names no line.
  std::string place;
};

constexpr const char* kHttpd = "/usr/sbin/apache2";
constexpr const char* kHttpdModules = "/usr/lib/apache2/modules";

// "" or why nothing can be compared on this machine.
std::string oracle_missing();

// The environment variables that both sides see.
const std::vector<std::pair<std::string, std::string>>& variables();

// A whole run, with these arguments: some 30 ms. `scratch` is a directory for its output.
HttpdAnswer ask_httpd(const std::vector<std::string>& arguments, const std::string& scratch);

// An httpd that was started once and stopped right before it reads its first file; a fork of it
// answers each question, in some 4 ms. See fork_server/mod_fork_server.cc.
class ForkedHttpd {
 public:
  // With the arguments that every reading is to have.
  ForkedHttpd(std::vector<std::string> arguments, const std::string& scratch);
  ~ForkedHttpd();
  ForkedHttpd(const ForkedHttpd&) = delete;
  ForkedHttpd& operator=(const ForkedHttpd&) = delete;

  // False where this build has no such module: it needs the headers of httpd.
  static bool possible();
  void ask();            // begins a reading of what the files hold now
  HttpdAnswer answer();  // waits for its end

 private:
  pid_t server_ = -1;
  int commands_ = -1;
  int replies_ = -1;
  std::string out_;
  std::string err_;
  std::string preamble_;  // what it printed before it stopped

  bool reply(int& status) const;
};

}  // namespace stockade::oracle
