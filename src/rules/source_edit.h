// Edits of a configuration file that keep its style: indentation, line ends, a missing last one.
// Each is nothing where the directive stands in no file that could be edited (-c on the command
// line).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conf/config.h"
#include "finding/finding.h"

namespace stockade::rules {

std::optional<Edit> edit_word(const conf::Config& config, const conf::Directive& d, size_t index,
                              std::string text);
// The line from the directive's name on; of a section its opening tag.
std::optional<Edit> edit_replace(const conf::Config& config, const conf::Directive& d,
                                 std::string_view text);
// The whole lines; a section with everything in it.
std::optional<Edit> edit_remove(const conf::Config& config, const conf::Directive& d);

// `lines` may be several, separated by '\n'; each gets the indentation of its new neighbours.
std::optional<Edit> edit_before(const conf::Config& config, const conf::Directive& d,
                                std::string_view lines);
std::optional<Edit> edit_after(const conf::Config& config, const conf::Directive& d,
                               std::string_view lines);
std::optional<Edit> edit_first(const conf::Config& config, const conf::Directive& section,
                               std::string_view lines);
std::optional<Edit> edit_last(const conf::Config& config, const conf::Directive& section,
                              std::string_view lines);
std::optional<Edit> edit_append(const conf::Config& config, std::string_view lines);

}  // namespace stockade::rules
