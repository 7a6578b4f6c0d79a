// A configuration shown as httpd itself would show it, for `stockade config ...`.
//
// Texts are httpd's own layout, so that the two can be compared line by line; each has a JSON twin
// with a schema. Source: modules/generators/mod_info.c (DUMP_CONFIG), server/vhost.c (-S),
// server/core.c (DUMP_INCLUDES) of httpd 2.4.
#pragma once

#include <string>
#include <string_view>

#include "conf/config.h"
#include "host/snapshot.h"

namespace stockade::report {

// `httpd -t -D DUMP_CONFIG`: the tree after includes, conditionals, variables and macros, with
// "# In file" and line comments; read-time directives are left out.
std::string config_dump(const conf::Config& config);
std::string config_dump_json(const conf::Config& config);  // "stockade/config-dump/1"

// `httpd -S`: which virtual host answers at which address and name, then the run settings that the
// configuration alone tells. A name that httpd would ask the resolver for is shown as "?".
std::string config_vhosts(const Snapshot& snapshot);
std::string config_vhosts_json(const Snapshot& snapshot);  // "stockade/config-vhosts/1"

// `httpd -t -D DUMP_INCLUDES`: the files read, indented below the line that included them.
std::string config_includes(const conf::Config& config);
std::string config_includes_json(const conf::Config& config);  // "stockade/config-includes/1"

// Every occurrence of a directive or section (ignoring case, with or without '<'): file, line, the
// sections around it, its module. Those in blocks that httpd skipped follow, said apart. Empty if
// there is none.
std::string config_grep(const conf::Config& config, std::string_view name);
std::string config_grep_json(const conf::Config& config,
                             std::string_view name);  // "stockade/config-grep/1"

}  // namespace stockade::report
