// The options of the commands that show a page or a table: rules, explain, coverage.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "cli/settings.h"
#include "report/pages.h"

namespace stockade::cli {

Words page_format_names();

inline constexpr Option kPageFormatOption{"--format", "FORMAT",
                                          "how to show it (default: terminal)", Option::Takes::one,
                                          page_format_names};
inline constexpr Option kColourOption{"--color",          "WHEN",       "auto, always or never",
                                      Option::Takes::one, colour_names, "terminal.color"};
inline constexpr Option kWidthOption{
    "--width",          "COLUMNS", "columns to fill instead of the terminal's",
    Option::Takes::one, nullptr,   "terminal.width"};
inline constexpr Option kShowOptions[] = {kPageFormatOption, kColourOption, kWidthOption};

struct Look {
  report::TextFormat format = report::TextFormat::terminal;
  report::RenderOptions render;
};

// What --format, --color and --width come to, with Stockade's settings and the terminal.
Result<Look> show_options(const Command& command, const Arguments& given);

// --width, or 0 where it was not given.
Result<uint32_t> width_of(const Command& command, const Arguments& arguments);

}  // namespace stockade::cli
