#include "cli/manual.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "cli/version.h"
#include "rules/rule.h"

namespace stockade::cli {
namespace {

constexpr std::string_view kDate = "November 24, 2026";

// Text that troff prints as it is, also at the start of a line.
std::string plain(std::string_view text) {
  std::string out = replace_all(std::string(text), "\\", "\\e");
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

// The same as the argument of a macro.
std::string argument(std::string_view text) {
  return "\"" + replace_all(plain(text), "\"", "\\(dq") + "\"";
}

// One sentence a line, as mdoc wants it.
std::string sentences(std::string_view text) {
  return plain(replace_all(std::string(text), ". ", ".\n")) + "\n";
}

std::string page_name(const Command& command) {
  return "stockade-" + replace_all(std::string(command.name), " ", "-");
}

std::string heading(std::string_view name, int section, std::string_view title) {
  std::string upper(name);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return fmt::format(".Dd {}\n.Dt {} {}\n.Os\n.Sh NAME\n.Nm {}\n.Nd {}\n", kDate, upper, section,
                     name, plain(title));
}

std::string option_item(const Option& option) {
  std::string line = ".It";
  if (!option.short_name.empty()) {
    line += fmt::format(" Fl {}", option.short_name.substr(1));
    if (!option.value.empty()) line += fmt::format(" Ar {}", option.value);
    line += " ,";
  }
  line += fmt::format(" Fl Fl {}", option.name.substr(2));
  if (!option.value.empty()) line += fmt::format(" Ar {}", option.value);
  line += "\n" + plain(option.help);
  if (option.choices != nullptr && option.choices().size() <= 12) {
    line += fmt::format(":\n{}", fmt::join(option.choices(), ", "));
  }
  line += ".\n";
  if (option.takes == Option::Takes::list) line += "Several are separated by commas.\n";
  if (!option.setting.empty()) line += fmt::format("Setting\n.Ql {} .\n", option.setting);
  return line;
}

std::string examples(std::span<const Example> list) {
  if (list.empty()) return "";
  std::string text = ".Sh EXAMPLES\n.Bl -tag -width Ds\n";
  for (const Example& example : list) {
    text += fmt::format(".It Li {}\n{}\n", argument(example.command), plain(example.what));
  }
  return text + ".El\n";
}

std::string exit_status() {
  return ".Sh EXIT STATUS\n"
         "Of several that apply, the first of 2, 1 and 3 is told.\n"
         ".Bl -tag -width Ds\n"
         ".It 0\nNothing at or above\n.Fl Fl fail-on ,\nand everything was checked.\n"
         ".It 1\nFindings at or above\n.Fl Fl fail-on\n.Pq default: high .\n"
         ".It 2\nThe command line or Stockade's own settings are wrong, there is nothing to "
         "audit,\n"
         "or the result could not be written.\n"
         ".It 3\nIncomplete: something was not checked; the report says what, and why.\n"
         ".El\n";
}

std::string environment() {
  std::string text =
      ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
      ".It Ev NO_COLOR\nNo colours, where it is set and not empty.\n"
      ".It Ev STOCKADE_SETTINGS\nThe folder of the settings, instead of\n.Pa /etc/stockade .\n";
  for (const Setting& setting : all_settings()) {
    text += fmt::format(".It Ev {}\nSetting\n.Ql {} :\n{}.\n", setting.variable, setting.key,
                        plain(setting.help));
  }
  return text + ".El\n";
}

std::string files() {
  return ".Sh FILES\n.Bl -tag -width Ds\n"
         ".It Pa /etc/stockade/stockade.toml\nStockade's own settings.\n"
         ".It Pa /etc/stockade/conf.d/*.toml\nMore of them, in order of name; a later one wins.\n"
         ".El\n";
}

Words pages() {
  static const std::vector<std::string> kPages = [] {
    std::vector<std::string> names = {"stockade", "stockade-rules"};
    for (const Command* command : commands()) {
      if (command != &kRules) names.push_back(page_name(*command));
    }
    return names;
  }();
  return {kPages.begin(), kPages.end()};
}

constexpr Example kManualExamples[] = {
    {"stockade manual | man -l -", "read stockade(8)"},
    {"stockade manual stockade-audit > stockade-audit.8", "for /usr/local/share/man/man8"},
};

Result<int> run_manual(const Arguments& arguments) {
  const std::string page = arguments.word(0);
  std::string text = page == "stockade-rules" ? rules_page() : main_page();
  for (const Command* command : commands()) {
    if (page == page_name(*command) && command != &kRules) text = command_page(*command);
  }
  return write_stdout(text).map([] { return int{kClean}; });
}

}  // namespace

std::string main_page() {
  std::string text = heading("stockade", 8, "audit Apache httpd");
  text += ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Sh DESCRIPTION\n";
  text +=
      ".Nm\nreads an Apache configuration as httpd itself does, looks at the files and accounts "
      "around it,\nand shows what is unsafe, each finding with its place, the reason and the "
      "mending.\nIt reads only, and runs no program of the machine it audits.\n.Pp\n"
      "The commands:\n.Bl -tag -width Ds\n";
  for (const Command* command : commands()) {
    text += fmt::format(".It Cm {}\n{}.\n", command->name, plain(command->title));
    if (command != &kRules) text += fmt::format("See\n.Xr {} 8 .\n", page_name(*command));
  }
  text += ".El\n.Pp\nWithout a command,\n.Nm\nsays the next sensible step.\n";
  text +=
      ".Ss Accepting a finding\nA comment in Apache's own configuration answers a finding of the "
      "directive or section that follows,\nor, at the top of a file, of the whole file:\n"
      ".Bd -literal -offset indent\n"
      "# stockade: ignore=server-status-open until=2027-01-31 reason=behind the VPN\n.Ed\n.Pp\n"
      "The reason is a must.\nA remark whose day has passed, or that answers nothing, is a finding "
      "itself.\n";
  text += environment() + files() + exit_status();
  return text + ".Sh SEE ALSO\n.Xr stockade-rules 7 ,\n.Xr apache2 8 ,\n.Xr stockade-audit 8\n";
}

std::string command_page(const Command& command) {
  const std::string name = page_name(command);
  std::string text = heading(name, 8, command.title);
  text += fmt::format(".Sh SYNOPSIS\n.Nm stockade {}\n", command.name);
  if (!command.options.empty()) text += ".Op Ar options\n";
  if (!command.argument.name.empty()) {
    text +=
        fmt::format("{} {}\n", command.argument.required ? ".Ar" : ".Op Ar", command.argument.name);
  }
  text += ".Sh DESCRIPTION\n";
  text +=
      command.text.empty() ? fmt::format("{}.\n", plain(command.title)) : sentences(command.text);
  if (!command.argument.name.empty()) {
    text +=
        fmt::format(".Pp\n.Ar {}\nis {}.\n", command.argument.name, plain(command.argument.help));
  }
  text += ".Pp\nThe options:\n.Bl -tag -width Ds\n";
  for (const Option& option : command.options) text += option_item(option);
  text += ".It Fl h , Fl Fl help\nPrint a short help.\n.El\n";
  if (&command == &kAudit) text += exit_status();
  return text + examples(command.examples) + ".Sh SEE ALSO\n.Xr stockade 8\n";
}

std::string rules_page() {
  std::string text = heading("stockade-rules", 7, "what Stockade looks for");
  text +=
      ".Sh DESCRIPTION\nThe rules by family.\n.Ql stockade explain RULE\nshows the page of "
      "one: what it finds, why it matters, when to ignore it, how to mend it.\n";
  std::string_view family;
  for (const rules::Rule& rule : rules::all_rules()) {
    if (rule.family != family) {
      if (!family.empty()) text += ".El\n";
      text += fmt::format(".Ss {}\n.Bl -tag -width Ds\n", rule.family);
      family = rule.family;
    }
    text += fmt::format(".It Ic {}\n{}.\nSeverity: {}.\n", rule.id, plain(rule.title),
                        to_string(rule.severity));
    if (!rule.references.empty()) {
      text += fmt::format("References: {}.\n", fmt::join(rule.references, ", "));
    }
  }
  return text + ".El\n.Sh SEE ALSO\n.Xr stockade 8 ,\n.Xr stockade-audit 8\n";
}

const Command kManual{
    "manual",  "print a manual page",
    "",        kManualExamples,
    {},        {"PAGE", "stockade, stockade-rules, stockade-audit ...", pages, false},
    run_manual};

}  // namespace stockade::cli
