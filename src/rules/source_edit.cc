#include "rules/source_edit.h"

#include "base/text.h"

namespace stockade::rules {

namespace {

using conf::Config;
using conf::Directive;
using conf::SourceFile;

constexpr std::string_view kIndentStep = "    ";

bool is_editable(const Config& config, const Directive& d) {
  if (d.file >= config.files.size()) return false;
  return d.origin >= config.origins.size() ||
         config.origins[d.origin].kind != conf::Origin::Kind::command_line;
}

uint32_t line_start(const SourceFile& file, uint32_t line) {
  const bool exists = line >= 1 && line <= file.line_starts.size();
  return exists ? file.line_starts[line - 1] : static_cast<uint32_t>(file.bytes.size());
}

std::string_view line_end_of(const SourceFile& file) {
  const size_t end = file.bytes.find('\n');
  return end != std::string::npos && end > 0 && file.bytes[end - 1] == '\r' ? "\r\n" : "\n";
}

std::string_view indentation(const SourceFile& file, uint32_t line) {
  const std::string_view text = file.line(line);
  return text.substr(0, text.find_first_not_of(" \t"));
}

std::string indentation_inside(const SourceFile& file, const Directive& section) {
  const Directive* child = section.first_child;
  const bool same_file = child != nullptr && child->file == section.file &&
                         child->line > section.last_line && child->line < section.end_line;
  if (same_file) return std::string(indentation(file, child->line));
  return std::string(indentation(file, section.line)).append(kIndentStep);
}

uint32_t last_line_of(const Directive& d) { return d.section ? d.end_line : d.last_line; }

// New whole lines at the start of line `at` (one past the last: at the end of the file).
Edit insert_lines(const SourceFile& file, uint32_t at, std::string_view indent,
                  std::string_view lines) {
  const std::string_view end = line_end_of(file);
  Edit edit{file.path, line_start(file, at), 0, ""};
  const bool unfinished = edit.offset > 0 && file.bytes[edit.offset - 1] != '\n';
  if (unfinished) edit.text += end;
  for (std::string_view line : split(lines, '\n')) {
    if (!line.empty()) edit.text.append(indent).append(line);
    edit.text += end;
  }
  return edit;
}

}  // namespace

std::optional<Edit> edit_word(const Config& config, const Directive& d, size_t index,
                              std::string text) {
  if (!is_editable(config, d) || index >= d.words.size()) return std::nullopt;
  const conf::Word& word = d.words[index];
  return Edit{config.file_of(d).path, word.offset, word.length, std::move(text)};
}

std::optional<Edit> edit_replace(const Config& config, const Directive& d, std::string_view text) {
  if (!is_editable(config, d)) return std::nullopt;
  const SourceFile& file = config.file_of(d);
  const std::string next_line = std::string(line_end_of(file)).append(indentation(file, d.line));
  return Edit{file.path, d.offset, d.length, replace_all(std::string(text), "\n", next_line)};
}

std::optional<Edit> edit_remove(const Config& config, const Directive& d) {
  if (!is_editable(config, d)) return std::nullopt;
  const SourceFile& file = config.file_of(d);
  const uint32_t begin = line_start(file, d.line);
  const uint32_t end = line_start(file, last_line_of(d) + 1);
  return Edit{file.path, begin, end - begin, ""};
}

std::optional<Edit> edit_before(const Config& config, const Directive& d, std::string_view lines) {
  if (!is_editable(config, d)) return std::nullopt;
  const SourceFile& file = config.file_of(d);
  return insert_lines(file, d.line, indentation(file, d.line), lines);
}

std::optional<Edit> edit_after(const Config& config, const Directive& d, std::string_view lines) {
  if (!is_editable(config, d)) return std::nullopt;
  const SourceFile& file = config.file_of(d);
  return insert_lines(file, last_line_of(d) + 1, indentation(file, d.line), lines);
}

std::optional<Edit> edit_first(const Config& config, const Directive& section,
                               std::string_view lines) {
  if (!is_editable(config, section)) return std::nullopt;
  const SourceFile& file = config.file_of(section);
  return insert_lines(file, section.last_line + 1, indentation_inside(file, section), lines);
}

std::optional<Edit> edit_last(const Config& config, const Directive& section,
                              std::string_view lines) {
  if (!is_editable(config, section)) return std::nullopt;
  const SourceFile& file = config.file_of(section);
  return insert_lines(file, section.end_line, indentation_inside(file, section), lines);
}

std::optional<Edit> edit_append(const Config& config, std::string_view lines) {
  if (config.files.empty()) return std::nullopt;
  const SourceFile& file = *config.files.front();
  return insert_lines(file, static_cast<uint32_t>(file.line_starts.size()) + 1, "", lines);
}

}  // namespace stockade::rules
