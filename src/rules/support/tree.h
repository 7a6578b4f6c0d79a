// Every directive of the tree, sections before what they hold.
#pragma once

#include <functional>

#include "conf/config.h"

namespace stockade::rules {

// Read-time directives (Include, Define, <IfModule> ...) are in no tree: ask `config.all` for them.
void for_each_directive(const conf::Config& config,
                        const std::function<void(const conf::Directive&)>& visit);

// Whether both ways in which these lines came into the configuration are one: the same text that is
// read twice (a macro, a file included twice) is one place to a reader.
bool same_text(const conf::Directive& a, const conf::Directive& b);

}  // namespace stockade::rules
