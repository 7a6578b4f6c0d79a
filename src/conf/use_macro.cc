// <Macro>, Use, UndefMacro. Source: docs/2.4/mod/mod_macro.html.
#include "conf/reader.h"

namespace stockade::conf {

namespace {

std::string where_defined(const std::string& name, const Directive& d, std::string_view file) {
  return "macro '" + name + "' (defined on line " + std::to_string(d.counted) + " of \"" +
         std::string(file) + "\")";
}

// The first line, 1-based, that these arguments make longer than httpd's buffer; 0: none.
size_t line_too_long(const Macro& macro, const std::vector<std::string>& arguments) {
  std::string text;
  LineMap map;
  for (size_t i = 0; i < macro.lines.size(); ++i) {
    if (!substitute(macro, macro.lines[i], arguments, text, map)) return i + 1;
  }
  return 0;
}

}  // namespace

void Reader::do_macro(Directive& d) {
  if (d.args.rfind('>') == std::string_view::npos) {
    return problem(Problem::Kind::error, d, "<Macro> directive missing closing '>'");
  }
  if (d.words.empty() || d.arg(0).empty()) {
    return problem(Problem::Kind::error, d, "<Macro macro definition: name not specified");
  }
  auto macro = std::make_shared<Macro>();
  macro->name = lower(d.arg(0));
  macro->location = where_defined(macro->name, d, sources_.back()->name);
  macro->definition = &d;
  for (const Word& word : d.words.subspan(1)) macro->parameters.emplace_back(word.text);
  any_macro_ = true;
  if (const auto old = macros_.find(macro->name); old != macros_.end()) {
    problem(Problem::Kind::warning, d,
            "macro '" + macro->name + "' multiply defined: " + old->second->location, "AH02802");
  }
  if (!check_parameters(*macro, d)) return;
  if (!take_macro_lines(*macro)) {
    return problem(Problem::Kind::error, d,
                   macro->location + " contents error: expected token not found: </Macro>");
  }
  macros_[macro->name] = std::move(macro);
}

bool Reader::check_parameters(const Macro& macro, const Directive& d) {
  for (size_t i = 0; i < macro.parameters.size(); ++i) {
    const std::string& name = macro.parameters[i];
    if (name.empty()) {
      problem(Problem::Kind::error, d,
              macro.location + ": empty argument #" + std::to_string(i + 1) + " name");
      return false;
    }
    for (size_t j = i + 1; j < macro.parameters.size(); ++j) {
      const std::string& other = macro.parameters[j];
      if (name == other) {
        problem(Problem::Kind::error, d,
                "argument name conflict in " + macro.location + ": argument '" + name + "'");
        return false;
      }
      if (!other.empty() && (name.starts_with(other) || other.starts_with(name))) {
        problem(Problem::Kind::warning, d,
                macro.location + ": argument name prefix conflict (" + name + " and " + other + ")",
                "AH02797");
      }
    }
  }
  return true;
}

bool Reader::take_macro_lines(Macro& macro) {
  const size_t floor = file_floor();
  const size_t height = sources_.size();
  int nested = 1;
  LogicalLine line;
  Arena scratch;
  while (next_line(line, floor, sources_.size() < height)) {
    if (line.text.starts_with('#')) continue;
    WordScanner scanner(line.text, scratch);
    ScannedWord word;
    if (scanner.next(word)) {
      if (equals_ignoring_case(word.text, "</Macro>")) --nested;
      if (equals_ignoring_case(word.text, "<Macro")) ++nested;
      if (nested == 0) return true;
    }
    MacroLine kept;
    kept.text = line.text.substr(0, kMaxMacroLine);
    if (line.map != nullptr) {
      kept.map = *line.map;
    } else {
      kept.map.literal(0, line.offset);
    }
    kept.file = line.file;
    kept.line = line.line;
    kept.last_line = line.last_line;
    kept.end_offset = line.end_offset;
    macro.lines.push_back(std::move(kept));
  }
  return false;
}

void Reader::do_use(Directive& d) {
  if (d.words.empty() || d.arg(0).empty()) {
    return problem(Problem::Kind::error, d, "no macro name specified in Use");
  }
  if (!any_macro_) return problem(Problem::Kind::error, d, "no macro defined before Use");
  const auto found = macros_.find(lower(d.arg(0)));
  if (found == macros_.end()) {
    return problem(Problem::Kind::error, d, "macro '" + lower(d.arg(0)) + "' undefined");
  }
  if (++uses_ > bounds_.uses) {
    problem(Problem::Kind::uncertain, d,
            "more than " + std::to_string(bounds_.uses) +
                " uses of macros, that use each other? The rest was not read");
    stopped_ = true;
    return;
  }
  const std::shared_ptr<Macro> macro = found->second;
  if (macro->parameters.size() != d.words.size() - 1) {
    return problem(Problem::Kind::error, d,
                   macro->location + " used with " + std::to_string(d.words.size() - 1) +
                       " arguments instead of " + std::to_string(macro->parameters.size()));
  }
  // httpd finds a recursion by the name of what it reads; so a macro within a macro counts as well.
  const std::string_view source = sources_.back()->name;
  if (source.find("macro '" + macro->name + "'") != std::string_view::npos) {
    return problem(Problem::Kind::error, d,
                   "recursive use of macro '" + macro->name + "' is invalid");
  }
  const std::string where = macro->location + " used on line " + std::to_string(d.counted) +
                            " of \"" + std::string(sources_.back()->name) + "\"";
  if (where.size() > kMaxMacroName) {
    return problem(Problem::Kind::uncertain, d, "too many macros within macros: not read");
  }
  std::vector<std::string> arguments;
  for (const Word& word : d.words.subspan(1)) arguments.emplace_back(word.text);
  if (const size_t bad = line_too_long(*macro, arguments); bad != 0) {
    return problem(Problem::Kind::error, d,
                   where + " error while substituting: while processing line " +
                       std::to_string(bad) + " of " + macro->location +
                       " cannot substitute, buffer size too small");
  }
  const std::string_view name = config_.arena.copy(where);
  const auto origin = static_cast<OriginId>(config_.origins.size());
  config_.origins.push_back({Origin::Kind::macro, d.origin, d.file, d.line, name});
  sources_.push_back(std::make_unique<MacroLines>(macro, std::move(arguments), origin, name));
}

void Reader::do_undef_macro(Directive& d) {
  if (d.words.size() != 1) {
    return problem(Problem::Kind::error, d, "UndefMacro takes one argument");
  }
  if (!any_macro_) return problem(Problem::Kind::error, d, "no macro defined before UndefMacro");
  if (macros_.erase(lower(d.arg(0))) == 0) {
    problem(Problem::Kind::error, d, "cannot remove undefined macro '" + lower(d.arg(0)) + "'");
  }
}

}  // namespace stockade::conf
