// The generated rows behind directive_table.h: sorted by lower-case name, sections after plain
// ones.
#pragma once

#include "conf/directive_table.h"

namespace stockade::conf {

extern const DirectiveInfo kDirectiveRows[];
extern const size_t kDirectiveRowCount;
extern const ModuleInfo kModuleRows[];
extern const size_t kModuleRowCount;

}  // namespace stockade::conf
