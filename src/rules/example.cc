#include "rules/example.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace stockade::rules {

namespace {

constexpr std::string_view kMachineLine = "#:";
constexpr std::string_view kContentLine = "#|";

class ExampleParser {
 public:
  ExampleParser(std::string_view text, const Example* base) : rest_(text) {
    example_.machine = base != nullptr ? base->machine : default_machine();
    if (base != nullptr) example_.unjudged = base->unjudged;
  }

  Result<Example> parse() {
    while (!rest_.empty()) {
      const size_t end = rest_.find('\n');
      const std::string_view line = rest_.substr(0, end);
      rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
      ++line_number_;
      if (auto problem = on_line(line)) {
        return fail({"read", fmt::format("line {} of the example", line_number_),
                     *std::move(problem), "", 0});
      }
    }
    std::sort(example_.markers.begin(), example_.markers.end());
    return std::move(example_);
  }

 private:
  using Problem = std::optional<std::string>;

  Problem on_line(std::string_view line) {
    if (line.starts_with(kMachineLine)) {
      return on_machine_line(trim(line.substr(kMachineLine.size())));
    }
    if (line.starts_with(kContentLine)) {
      if (content_path_.empty()) return "content without \"#: file PATH\" above it";
      line.remove_prefix(std::min(line.size(), kContentLine.size() + 1));
      return on_text(line, content_path_, example_.machine.files[content_path_].content);
    }
    content_path_.clear();
    return on_text(line, std::string(kExampleConfigFile), example_.text);
  }

  // A line of a configuration file: a marker, or text of the file.
  Problem on_text(std::string_view line, const std::string& file, std::string& text) {
    const std::string_view comment = trim(line);
    if (comment.starts_with("#^")) return on_name_marker(comment.substr(2), file, text);
    const bool is_marker = comment.starts_with('#') &&
                           comment.find('^') != std::string_view::npos &&
                           comment.find_first_not_of("#^~ \t") == std::string_view::npos;
    if (!is_marker) {
      text.append(line).append("\n");
      return std::nullopt;
    }
    for (size_t at = line.find('^'); at != std::string_view::npos; at = line.find('^', at + 1)) {
      add_marker(file, text, static_cast<uint32_t>(at + 1));
    }
    return std::nullopt;
  }

  // "#^", "#^ top" or "#^ /a/path"; `rest` is what follows the '^'.
  Problem on_name_marker(std::string_view rest, const std::string& file, const std::string& text) {
    rest = trim(rest.substr(std::min(rest.find_first_not_of('~'), rest.size())));
    if (rest.empty()) {
      add_marker(file, text, 0);
    } else if (rest == "top") {
      example_.markers.push_back({std::string(kExampleConfigFile), 0, 0});
    } else if (rest.starts_with('/')) {
      example_.markers.push_back({std::string(rest), 0, 0});
    } else {
      return fmt::format("after \"#^\" comes nothing, \"top\" or a path, not \"{}\"", rest);
    }
    return std::nullopt;
  }

  // At the last line of the text so far.
  void add_marker(const std::string& file, const std::string& text, uint32_t column) {
    const auto line = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
    example_.markers.push_back({file, line, column});
  }

  Problem on_machine_line(std::string_view fact) {
    content_path_.clear();
    const std::string_view kind = fact.substr(0, fact.find(' '));
    if (kind == "refused") {
      example_.refused = true;
    } else if (kind == "not-checked") {
      example_.not_checked = true;
    } else if (kind == "unjudged") {
      example_.unjudged = trim(fact.substr(kind.size()));
      if (example_.unjudged.empty()) return "\"unjudged\" needs its reason";
    } else if (kind == "file" || kind == "dir" || kind == "link") {
      return on_file(fact);
    } else {
      return add_fact(example_.machine, fact);
    }
    return std::nullopt;
  }

  Problem on_file(std::string_view fact) {
    if (auto problem = add_file(example_.machine, fact)) return problem;
    const std::string path(split_words(fact)[1]);
    ExampleFile& file = example_.machine.files[path];
    if (file.type == FileType::regular) content_path_ = path;
    if (rest_.starts_with(kContentLine)) {
      file.content.clear();
      file.has_content = true;
    }
    return std::nullopt;
  }

  std::string_view rest_;
  Example example_;
  std::string content_path_;  // the file whose "#|" lines are being read
  uint32_t line_number_ = 0;
};

}  // namespace

Result<Example> parse_example(std::string_view text, const Example* base) {
  return ExampleParser(text, base).parse();
}

}  // namespace stockade::rules
