#include "report/matrix_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "report/markdown.h"
#include "report/pen.h"
#include "report/place_json.h"

namespace stockade::report {

namespace {

using conf::Answer;
using conf::Matrix;
using conf::MatrixHost;
using conf::MatrixRow;

// Virtual hosts that show the same rows.
struct Alike {
  const MatrixHost* first = nullptr;
  std::vector<const MatrixHost*> all;
  std::vector<const MatrixRow*> rows;
};

std::vector<const MatrixRow*> shown_rows(const MatrixHost& host, bool all) {
  std::vector<const MatrixRow*> rows;
  for (const MatrixRow& row : host.rows) {
    if (all || (!row.as_parent && !row.cells.empty())) rows.push_back(&row);
  }
  return rows;
}

std::string signature(const std::vector<const MatrixRow*>& rows) {
  std::string text;
  for (const MatrixRow* row : rows) {
    text += row->path.label + '\n';
    for (const conf::MatrixCell& cell : row->cells) text += conf::name_of(cell.answer);
    text += '\n';
  }
  return text;
}

std::vector<Alike> group(const Matrix& matrix, bool all) {
  std::vector<Alike> groups;
  std::map<std::string, size_t> by_signature;
  for (const MatrixHost& host : matrix.hosts) {
    if (!host.answered_by.empty()) continue;
    std::vector<const MatrixRow*> rows = shown_rows(host, all);
    const auto [found, fresh] = by_signature.try_emplace(signature(rows), groups.size());
    if (fresh) groups.push_back({&host, {}, std::move(rows)});
    groups[found->second].all.push_back(&host);
  }
  return groups;
}

Ink ink_of_answer(Answer answer) {
  switch (answer) {
    case Answer::open:
      return Ink::added;
    case Answer::denied:
      return Ink::removed;
    case Answer::unknown:
      return Ink::medium;
    case Answer::redirect:
    case Answer::absent:
      return Ink::faint;
    case Answer::login:
      break;
  }
  return Ink::strong;
}

const char* shown(Answer answer) { return answer == Answer::unknown ? "?" : conf::name_of(answer); }

size_t folded(const MatrixHost& host) {
  return static_cast<size_t>(std::count_if(host.rows.begin(), host.rows.end(),
                                           [](const MatrixRow& row) { return row.as_parent; }));
}

// Each cause of a "?" once, with how many cells it makes unknown.
std::vector<std::string> causes(const Matrix& matrix) {
  std::map<std::string, size_t> counts;
  for (const MatrixHost& host : matrix.hosts) {
    for (const MatrixRow& row : host.rows) {
      for (const conf::MatrixCell& cell : row.cells) {
        if (cell.answer != Answer::unknown) continue;
        const std::string at = place_text(cell.cause_place);
        ++counts[cell.cause + (at.empty() ? "" : " (" + at + ")")];
      }
    }
  }
  std::vector<std::string> lines;
  for (const auto& [cause, count] : counts) lines.push_back(fmt::format("{} x {}", count, cause));
  return lines;
}

std::vector<std::string> unchecked(const Matrix& matrix) {
  std::map<std::string, bool> lines;
  for (const MatrixHost& host : matrix.hosts) {
    for (const MatrixRow& row : host.rows) {
      if (!row.path.example.empty()) continue;
      lines[fmt::format("{}: {} ({})", row.path.label, row.path.not_checked,
                        place_text(row.path.by.place))] = true;
    }
  }
  std::vector<std::string> found;
  for (const auto& [line, there] : lines) found.push_back(line);
  return found;
}

class Table {
 public:
  Table(const Matrix& matrix, const RenderOptions& options)
      : matrix_(matrix),
        options_(options),
        pen_(options),
        groups_(group(matrix, options.show_all)) {}

  std::string run() {
    measure();
    for (const Alike& alike : groups_) {
      hosts(alike);
      for (const MatrixRow* row : alike.rows) line(*row, alike.all.size() == 1);
      if (!options_.show_all && alike.all.size() == 1 && folded(*alike.first) > 0) {
        pen_.line(pen_.dye(Ink::faint, fmt::format("  ... {} more behave as the row around them",
                                                   folded(*alike.first))));
      }
      pen_.line();
    }
    legend();
    return pen_.take();
  }

 private:
  static constexpr size_t kMostHosts = 6;
  static constexpr size_t kLeastTarget = 16;

  void measure() {
    for (const conf::Client& client : matrix_.clients) {
      cells_.push_back(std::max<size_t>(client.name.size(), 8) + 2);
      total_ += cells_.back();
    }
    size_t longest = 16;
    for (const Alike& alike : groups_) {
      for (const MatrixRow* row : alike.rows)
        longest = std::max(longest, display_width(pen_.safe(row->path.label)));
    }
    const size_t room = pen_.width() > total_ + 24 ? pen_.width() - total_ - 4 : 20;
    label_ = std::min(longest, std::max<size_t>(20, room * 3 / 5));
    target_ = room > label_ + 2 ? room - label_ - 2 : 0;
    if (target_ < kLeastTarget) target_ = 0;
  }

  void hosts(const Alike& alike) {
    std::string names;
    for (size_t i = 0; i < alike.all.size() && i < kMostHosts; ++i) {
      names += (i == 0 ? "" : ", ") + pen_.safe(alike.all[i]->label);
    }
    if (alike.all.size() > kMostHosts) {
      names += fmt::format(" and {} more alike", alike.all.size() - kMostHosts);
    }
    pen_.line(pen_.dye(Ink::strong, names));
    std::string titles(label_ + 4, ' ');
    for (size_t i = 0; i < cells_.size(); ++i) {
      titles += pad(pen_.safe(matrix_.clients[i].name), cells_[i]);
    }
    pen_.line(pen_.dye(Ink::faint, titles));
  }

  void line(const MatrixRow& row, bool alone) {
    std::string text = "  " + pad(pen_.fit(pen_.safe(row.path.label), label_), label_ + 2);
    for (size_t i = 0; i < cells_.size(); ++i) {
      const char* word = row.cells.empty() ? "-" : shown(row.cells[i].answer);
      const Ink ink = row.cells.empty() ? Ink::faint : ink_of_answer(row.cells[i].answer);
      text += pen_.dye(ink, word) + std::string(cells_[i] - std::string_view(word).size(), ' ');
    }
    if (alone && target_ > 0 && !row.leads_to.empty()) {
      text += pen_.dye(Ink::faint, pen_.fit(pen_.safe(row.leads_to), target_));
    }
    pen_.line(text);
  }

  void list(const char* title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    constexpr size_t kMost = 8;
    pen_.line(title);
    for (size_t i = 0; i < lines.size() && (i < kMost || options_.show_all); ++i) {
      pen_.line("  " + pen_.safe(lines[i]));
    }
    if (lines.size() > kMost && !options_.show_all) {
      pen_.line(fmt::format("  and {} more (--all)", lines.size() - kMost));
    }
  }

  void legend() {
    for (const MatrixHost& host : matrix_.hosts) {
      if (host.answered_by.empty()) continue;
      pen_.line(fmt::format("{} never answers: {} takes its requests", pen_.safe(host.label),
                            pen_.safe(host.answered_by)));
    }
    pen_.line(pen_.dye(
        Ink::faint, "open: served without a password   login: asks for one   absent: 404 or 410"));
    list("? is not known:", causes(matrix_));
    list("Not checked:", unchecked(matrix_));
    list("Folders that were not listed to their end:", matrix_.unlisted);
  }

  const Matrix& matrix_;
  const RenderOptions& options_;
  Pen pen_;
  std::vector<Alike> groups_;
  std::vector<size_t> cells_;
  size_t total_ = 0;
  size_t label_ = 0;
  size_t target_ = 0;
};

}  // namespace

std::string matrix_table(const Matrix& matrix, const RenderOptions& options) {
  return Table(matrix, options).run();
}

std::string matrix_markdown(const Matrix& matrix, const RenderOptions& options) {
  std::string out = "# Who gets what\n";
  for (const Alike& alike : group(matrix, options.show_all)) {
    std::vector<std::string> names;
    for (const MatrixHost* host : alike.all) names.push_back(markdown_text(host->label));
    out += "\n## " + join(names, ", ") + "\n\n| URLs |";
    std::string rule = "|---|";
    for (const conf::Client& client : matrix.clients) {
      out += " " + markdown_text(client.name) + " |";
      rule += "---|";
    }
    out += "\n" + rule + "\n";
    for (const MatrixRow* row : alike.rows) {
      out += "| " + markdown_text(row->path.label) + " |";
      for (size_t i = 0; i < matrix.clients.size(); ++i) {
        out += fmt::format(" {} |", row->cells.empty() ? "-" : shown(row->cells[i].answer));
      }
      out += "\n";
    }
  }
  const auto list = [&out](const char* title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out += fmt::format("\n{}\n\n", title);
    for (const std::string& line : lines) out += "- " + markdown_text(line) + "\n";
  };
  std::vector<std::string> silent;
  for (const MatrixHost& host : matrix.hosts) {
    if (host.answered_by.empty()) continue;
    silent.push_back(host.label + " never answers: " + host.answered_by + " takes its requests");
  }
  list("Virtual hosts that get no request:", silent);
  list("`?` is not known:", causes(matrix));
  list("Not checked:", unchecked(matrix));
  list("Folders that were not listed to their end:", matrix.unlisted);
  return out;
}

}  // namespace stockade::report
