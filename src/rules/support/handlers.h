// Which handler httpd gives a file, as far as the configuration says.
// Source: https://httpd.apache.org/docs/2.4/handler.html; mod_mime.c.
#pragma once

#include <string>

#include "rules/support/applied_sections.h"

namespace stockade::rules {

struct FileHandler {
  enum class Kind {
    none,       // the file is sent as it is
    executes,   // PHP, CGI, FastCGI, a proxy to an application
    other,      // something that does not run the file as a program
    uncertain,  // `reason` says why
  };
  Kind kind = Kind::none;
  std::string name;
  const conf::Directive* directive = nullptr;
  std::string reason;
};

FileHandler handler_of(const Snapshot& snapshot, const RequestedFile& file,
                       const DirectorySections* index = nullptr);

// "application/x-httpd-php", "cgi-script", "proxy:unix:..." and their kin.
bool is_executing_handler(std::string_view name);

}  // namespace stockade::rules
