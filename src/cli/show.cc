#include "cli/show.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/clock.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace stockade::cli {

Words page_format_names() { return {"terminal", "json", "markdown"}; }

Result<uint32_t> width_of(const Command& command, const Arguments& arguments) {
  const std::string text = arguments.value("--width");
  if (text.empty()) return 0;
  const auto number = parse_number(text);
  if (number && *number >= 1 && *number <= 10'000) return static_cast<uint32_t>(*number);
  return usage_error(command.name,
                     fmt::format("--width takes a number of columns; not \"{}\"", text));
}

Result<Look> show_options(const Command& command, const Arguments& given) {
  Arguments arguments = given;
  if (auto done = complete(command, arguments); !done) return tl::make_unexpected(done.error());
  const auto width = width_of(command, arguments);
  if (!width) return tl::make_unexpected(width.error());
  const Terminal screen = terminal(arguments.value("--color"), *width);
  Look look;
  look.format =
      report::parse_text_format(arguments.value("--format")).value_or(report::TextFormat::terminal);
  look.render = {screen.colour, screen.unicode, screen.width, arguments.has("--all"), now()};
  return look;
}

}  // namespace stockade::cli
