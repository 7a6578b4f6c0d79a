// A site as a text that an administrator can read: what was once found different, kept.
//
//   # what is the matter, in words
//   RewriteEngine On                    the configuration; @W is the site's directory, @P the port
//   #: file /www/index.html             a file that holds its own path
//   #: file /map.txt                    one with a text of its own:
//   #| a sub
//   #: link /www/l -> /www/index.html
//   #: dir /www/empty
//   #: POST /sub/ Host: one.example from 127.0.0.3
//   #: header X-Test: on                of the request above
//   #: answer 403                       what httpd answered to it
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "site.h"

namespace stockade::effective {

struct CaseFile {
  Site site;
  std::vector<int> answers;  // of each request; 0: not said
};

Result<CaseFile> read_case(std::string_view text, const std::string& name);
std::string case_text(const Site& site);

}  // namespace stockade::effective
