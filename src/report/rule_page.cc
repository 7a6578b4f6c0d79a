// `stockade explain RULE`: the page of a rule, which is Markdown, for a terminal.
#include <fmt/format.h>

#include "base/text.h"
#include "report/json.h"
#include "report/pages.h"
#include "report/pen.h"
#include "rules/page.h"

namespace stockade::report {

namespace {

class PageWriter {
 public:
  explicit PageWriter(const RenderOptions& options) : pen_(options) {}

  std::string write(const rules::Rule& rule) {
    draw_head(rule);
    for (const std::string_view line : split(trim(rule.page), '\n')) take(line);
    flush();
    draw_references(rule);
    return pen_.take();
  }

 private:
  void draw_head(const rules::Rule& rule) {
    pen_.line(pen_.dye(Ink::strong, rule.id));
    pen_.line(
        pen_.dye(ink_of(rule.severity), to_string(rule.severity)) +
        fmt::format(", {}", rule.family) +
        (rule.profile == "default" ? "" : fmt::format(", only with --profile {}", rule.profile)));
    for (const std::string& line : wrap(rule.title, pen_.width())) pen_.line(line);
  }

  void draw_references(const rules::Rule& rule) {
    if (rule.references.empty()) return;
    std::string text;
    for (const std::string_view reference : rule.references) {
      text.append(text.empty() ? "" : ", ").append(reference);
    }
    pen_.line();
    pen_.line(pen_.dye(Ink::strong, "References"));
    for (const std::string& line : wrap(text, pen_.width() - 2)) pen_.line("  " + line);
  }

  void take(std::string_view line) {
    if (line.starts_with("```")) return fence(line.substr(3));
    if (in_fence_) return draw_example_line(line);
    if (trim(line).empty()) return flush();
    if (line.starts_with("## ")) {
      flush();
      pen_.line();
      return pen_.line(pen_.dye(Ink::strong, line.substr(3)));
    }
    if (line.starts_with("- ") || line.starts_with("* ")) flush();
    paragraph_.append(paragraph_.empty() ? "" : " ").append(trim(line));
  }

  // Paragraphs stand apart by an empty line, but not below their heading.
  void flush() {
    if (paragraph_.empty()) return;
    if (gap_) pen_.line();
    const bool item = paragraph_.starts_with("- ") || paragraph_.starts_with("* ");
    const std::string_view text = std::string_view(paragraph_).substr(item ? 2 : 0);
    bool first = true;
    for (const std::string& line : wrap(text, pen_.width() - (item ? 4 : 2))) {
      pen_.line((item ? (first ? "  - " : "    ") : "  ") + line);
      first = false;
    }
    paragraph_.clear();
    gap_ = !item;
  }

  void fence(std::string_view kind) {
    flush();
    in_fence_ = !in_fence_;
    gap_ = true;
    if (!in_fence_) return;
    if (kind.starts_with("apache ")) kind.remove_prefix(7);
    pen_.line();
    const Ink ink = kind == "bad" ? Ink::high : Ink::added;
    pen_.line("    " + pen_.dye(ink, fmt::format("# {}:", kind.empty() ? "example" : kind)));
  }

  // What stands behind "#:" is the machine that the example is about.
  void draw_example_line(std::string_view line) {
    std::string text(line);
    if (trim(line).starts_with("#:")) text = "# given: " + std::string(trim(trim(line).substr(2)));
    pen_.line("    " + pen_.fit(text, std::max<size_t>(pen_.width(), 84) - 4));
  }

  Pen pen_;
  std::string paragraph_;
  bool in_fence_ = false;
  bool gap_ = false;
};

Json rule_to_json(const rules::Rule& rule) {
  Json json;
  json["id"] = rule.id;
  json["family"] = rule.family;
  json["severity"] = to_string(rule.severity);
  json["certainty"] = to_string(rule.certainty);
  json["profile"] = rule.profile;
  json["title"] = rule.title;
  json["references"] = rule.references;
  return json;
}

std::string table_markdown(std::span<const rules::Rule> rules) {
  std::string text = "| rule | family | severity | what is so |\n|---|---|---|---|\n";
  for (const rules::Rule& rule : rules) {
    text += fmt::format("| `{}` | {} | {} | {} |\n", rule.id, rule.family, to_string(rule.severity),
                        replace_all(std::string(rule.title), "|", "\\|"));
  }
  return text;
}

std::string table_terminal(std::span<const rules::Rule> rules, const RenderOptions& options) {
  Pen pen(options);
  size_t widest = 10;
  for (const rules::Rule& rule : rules) widest = std::max(widest, rule.id.size());
  std::string_view family;
  for (const rules::Rule& rule : rules) {
    if (rule.family != family) {
      if (!family.empty()) pen.line();
      pen.line(pen.dye(Ink::strong, rule.family));
      family = rule.family;
    }
    const std::string head = pad(std::string(rule.id), widest);
    const std::string severity = pad(std::string(to_string(rule.severity)), 8);
    std::string title(rule.title);
    if (rule.profile != "default") title = fmt::format("[{}] {}", rule.profile, title);
    const size_t used = 2 + widest + 2 + 8 + 2;
    // A title that is cut tells less than none: at 80 columns it gets a line of its own.
    const bool fits = used + display_width(title) <= pen.width();
    pen.line("  " + head + "  " + pen.dye(ink_of(rule.severity), severity) + "  " +
             (fits ? title : std::string()));
    if (!fits) pen.line("    " + pen.dye(Ink::faint, pen.fit(title, pen.width() - 4)));
  }
  pen.line();
  pen.line(fmt::format("{} rules.  stockade explain RULE shows the page of one.", rules.size()));
  return pen.take();
}

}  // namespace

std::optional<TextFormat> parse_text_format(std::string_view name) {
  if (name == "terminal") return TextFormat::terminal;
  if (name == "json") return TextFormat::json;
  if (name == "markdown") return TextFormat::markdown;
  return std::nullopt;
}

std::string render_rule_page(const rules::Rule& rule, TextFormat format,
                             const RenderOptions& options) {
  if (format == TextFormat::terminal) return PageWriter(options).write(rule);
  if (format == TextFormat::markdown) {
    return fmt::format("# {}\n\n{}\n\n{}\n", rule.id, rule.title, trim(rule.page));
  }
  Json json;
  json["schema"] = "stockade/rule/1";
  json.update(rule_to_json(rule));
  json["page"] = trim(rule.page);
  return dump(json, 2) + "\n";
}

std::string render_rules(std::span<const rules::Rule> rules, TextFormat format,
                         const RenderOptions& options) {
  if (format == TextFormat::terminal) return table_terminal(rules, options);
  if (format == TextFormat::markdown) return table_markdown(rules);
  Json json;
  json["schema"] = "stockade/rules/1";
  json["rules"] = Json::array();
  for (const rules::Rule& rule : rules) json["rules"].push_back(rule_to_json(rule));
  return dump(json, 2) + "\n";
}

}  // namespace stockade::report
