// The libraries of languages: trees of many files, of which nobody can say beforehand which are
// asked for.
#pragma once

#include <string>

#include "jail/plan/draft.h"

namespace stockade::jail {

void plan_perl_tree(Draft& draft, const std::string& why);
void plan_python_tree(Draft& draft, const std::string& why);
void plan_lua_tree(Draft& draft, const std::string& why);
// The character sets that iconv() opens.
void plan_gconv(Draft& draft, const std::string& why);

}  // namespace stockade::jail
