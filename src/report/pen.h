// Writes lines for a terminal: colours, symbols and width in one place.
#pragma once

#include <string>
#include <string_view>

#include "finding/finding.h"
#include "report/plain_text.h"
#include "report/report.h"

namespace stockade::report {

// Of the 16 colours that every terminal has, those readable on dark and on light ground.
enum class Ink : uint8_t { plain, strong, faint, critical, high, medium, low, added, removed };
Ink ink_of(Severity severity);

class Pen {
 public:
  explicit Pen(const RenderOptions& options) : options_(options) {}

  // Text of ours or already neutral, in a colour where colours are on.
  std::string dye(Ink ink, std::string_view text) const;
  // Text of the audited machine, made safe.
  std::string safe(std::string_view text) const { return neutral(text, options_.unicode); }
  std::string fit(std::string_view text, size_t width) const {
    return cut(text, width, options_.unicode);
  }

  void line(std::string_view text = "");  // may hold colours; blanks at its end are dropped
  // "  label  text" with the text wrapped; at most `most` lines, the last one cut.
  void labelled(std::string_view label, std::string_view neutral_text, size_t most);

  size_t width() const { return options_.width < 40 ? 40 : options_.width; }
  size_t lines() const { return lines_; }
  bool unicode() const { return options_.unicode; }
  std::string take() { return std::move(out_); }

 private:
  const RenderOptions& options_;
  std::string out_;
  size_t lines_ = 0;
};

}  // namespace stockade::report
