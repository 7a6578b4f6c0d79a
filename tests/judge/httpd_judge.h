// Asks the installed httpd whether it accepts an example: `apache2 -t` in a world of its own, where
// the files and accounts exist that the example names and nothing else does.
#pragma once

#include <string>
#include <vector>

#include "rules/example.h"

namespace stockade::judge {

struct Judgement {
  std::string impossible;  // why httpd could not be asked; empty: it was
  bool accepted = false;
  std::string output;  // what it printed
};

class HttpdJudge {
 public:
  HttpdJudge();
  ~HttpdJudge();
  HttpdJudge(const HttpdJudge&) = delete;
  HttpdJudge& operator=(const HttpdJudge&) = delete;

  // Why no example can be judged on this machine, or "".
  const std::string& impossible() const { return impossible_; }

  Judgement judge(const rules::Example& example) const;

 private:
  std::string world_;  // an empty directory to mount the world on
  std::string impossible_;
};

}  // namespace stockade::judge
