// httpd's second pass: walks the tree and lets each directive's module judge it.
#pragma once

#include <functional>

#include "base/file_system.h"
#include "conf/evaluate.h"

namespace stockade::conf {

// Fills Directive::info and appends what httpd would object to, in the order it would meet it.
// `row_of` gives the row of a loaded module that owns a name, or null.
void walk_tree(Config& config, const Environment& environment, const FileSystem& files,
               const std::function<const DirectiveInfo*(DirectiveId)>& row_of);

}  // namespace stockade::conf
