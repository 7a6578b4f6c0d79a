#include <fmt/format.h>

#include <clocale>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "cli/first_step.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/parse.h"

namespace stockade::cli {
namespace {

// A usage error has no "attempted": it says what is wrong, then where the help is.
void tell(const Error& error) {
  if (!error.attempted.empty()) return say(error.message());
  std::string text = error.cause;
  if (!error.remedy.empty()) text += "; " + error.remedy;
  say(fmt::format("{}\nSee: {}", text, error.subject));
}

Result<int> dispatch(std::vector<std::string> words) {
  if (words.empty()) return write_stdout(first_step()).map([] { return int{kClean}; });
  if (words[0] == "-h" || words[0] == "--help") words[0] = "help";
  if (words[0] == "-V" || words[0] == "--version") words[0] = "version";
  const auto invocation = parse(words);
  if (!invocation) return tl::make_unexpected(invocation.error());
  if (invocation->help) {
    return write_stdout(command_help(*invocation->command)).map([] { return int{kClean}; });
  }
  return invocation->command->run(invocation->arguments);
}

int run(const std::vector<std::string>& words) {
  const Result<int> code = dispatch(words);
  if (code) return *code;
  tell(code.error());
  return kUsage;
}

}  // namespace
}  // namespace stockade::cli

int main(int argc, char** argv) {
  // A reader that leaves ("| head") is told by EPIPE, so that half-written files can be removed.
  std::signal(SIGPIPE, SIG_IGN);
  std::setlocale(LC_CTYPE, "");
  try {
    return stockade::cli::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {  // out of memory, or a mistake of ours
    stockade::cli::say(fmt::format("internal error: {}", error.what()));
    return stockade::cli::kUsage;
  }
}
