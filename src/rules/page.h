// A rule's page: Markdown that is the manual, `stockade explain`, and the rule's test at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockade::rules {

struct PageExample {
  enum class Kind { bad, good, fixed };
  Kind kind = Kind::bad;
  uint32_t number = 1;        // bad 1, bad 2, ... good 1, ...; a fixed one has its bad one's
  uint32_t line = 0;          // of the opening fence in the page
  std::string_view text;      // between the fences, each line with its '\n'
  std::string label() const;  // "bad1"
};

struct PageSection {
  std::string_view title;  // "What it finds"
  std::string_view text;   // up to the next heading, fences included
};

struct Page {
  std::vector<PageSection> sections;
  std::vector<PageExample> examples;  // in the order of the page

  const PageSection* section(std::string_view title) const;
  // The fixed form of that bad example, if the page shows one.
  const PageExample* fixed(const PageExample& bad) const;
};

// The four headings that each page has, in this order.
const std::vector<std::string_view>& required_headings();

// `text` must outlive the result. An error names the line: an unclosed fence, an unknown kind of
// example, a fixed one with no bad one before it.
Result<Page> parse_page(std::string_view text);

}  // namespace stockade::rules
