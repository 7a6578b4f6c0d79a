// Define, UnDefine, -D and ${}: what httpd knows of variables while it reads.
// Source: server/core.c (ap_resolve_env, set_define); docs/2.4/mod/core.html#define.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "conf/config.h"
#include "conf/evaluate.h"
#include "conf/lines.h"

namespace stockade::conf {

class Variables {
 public:
  explicit Variables(const Environment& environment);

  // The names that <IfDefine> sees are case-sensitive, those that ${} sees are not.
  void define(std::string_view name, const std::string* value, const Directive* directive);
  void undefine(std::string_view name);
  bool is_defined(std::string_view name) const;

  // The value of ${name}: a Define first, then the environment; null if neither has it.
  const std::string* find(std::string_view name) const;

  const std::unordered_map<std::string, Definition, IgnoringCaseHash, IgnoringCaseEqual>& values()
      const {
    return values_;
  }

 private:
  std::set<std::string, std::less<>> names_;
  std::unordered_map<std::string, Definition, IgnoringCaseHash, IgnoringCaseEqual> values_;
  std::map<std::string, std::string, std::less<>> environment_;
};

// Replaces each ${NAME} of `line`. Where there is none, `line` stays as it is; else its text and
// map point into `text` and `map`. Unknown names stay literal and are appended to `undefined`.
// False where the result would be longer than a line may be.
bool expand(LogicalLine& line, const Variables& variables, std::string& text, LineMap& map,
            std::vector<UndefinedVariable>& undefined, Arena& arena);

}  // namespace stockade::conf
