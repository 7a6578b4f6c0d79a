// The environment that httpd is started with, read from the files that set it, without a shell.
//
// Distrusts: a file that only a shell could understand. What depends on a command, on another file
// or on a test that cannot be decided here is left out and named in `undecided`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::host {

using Variables = std::map<std::string, std::string>;

struct ShellVariables {
  Variables values;
  std::vector<std::string> undecided;  // variables whose value only a shell would know
};

// A file of assignments as Debian's envvars: NAME=VALUE, export, unset, quotes, $NAME, ${NAME},
// ${NAME:-WORD}, ${NAME#PREFIX}, ${NAME%SUFFIX} and if [ A = B ] ... else ... fi.
ShellVariables parse_envvars(std::string_view text, Variables start);

// A file as systemd's EnvironmentFile (RHEL's /etc/sysconfig/httpd): assignments, nothing expanded.
Variables parse_sysconfig(std::string_view text);

// What httpd's own options say, as OPTIONS or APACHE_ARGUMENTS hold them.
struct HttpdOptions {
  std::vector<std::string> defines;  // -D
  std::vector<std::string> before;   // -C
  std::vector<std::string> after;    // -c
  std::string config_file;           // -f
  std::string server_root;           // -d
};
HttpdOptions parse_httpd_options(std::string_view text);

}  // namespace stockade::host
