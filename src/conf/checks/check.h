// What httpd's second pass asks of one directive before it takes effect. Each check gives httpd's
// message, or an empty text where httpd would go on.
// Source: server/config.c (invoke_cmd), server/core.c (ap_check_cmd_context) and the module's own.
#pragma once

#include <string>
#include <string_view>

#include "base/file_system.h"
#include "conf/config.h"
#include "conf/evaluate.h"

namespace stockade::conf {

struct CheckInput {
  const Config& config;
  const Environment& environment;
  const FileSystem& files;
  const Directive& directive;
  const DirectiveInfo& row;
  const Directive* previous = nullptr;  // the one before in the same scope

  std::string_view name() const { return row.name; }
};

// The bits of SectionKind of the sections around `d`, outermost to innermost.
uint8_t sections_around(const Directive& d);

std::string check_context(const CheckInput& input);    // may it stand here at all
std::string check_sections(const CheckInput& input);   // does one of the sections around forbid it
std::string check_arguments(const CheckInput& input);  // are there as many as it takes
std::string check_value(const CheckInput& input);      // the table's words and numbers
std::string check_content(const CheckInput& input);    // of a section: what stands inside
std::string check_tag(const CheckInput& input);        // of a section: what stands in its tag

// The directive's own code, where the table cannot say it; null: it has none here.
using Check = std::string (*)(const CheckInput&);
Check find_check(DirectiveId id);

}  // namespace stockade::conf
