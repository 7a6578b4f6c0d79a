#include "rules/page.h"

#include <fmt/format.h>

#include "base/text.h"

namespace stockade::rules {

namespace {

using Kind = PageExample::Kind;

constexpr std::string_view kFence = "```";
constexpr std::string_view kHeading = "## ";

std::string_view kind_name(Kind kind) {
  return kind == Kind::bad ? "bad" : kind == Kind::good ? "good" : "fixed";
}

std::optional<Kind> parse_kind(std::string_view word) {
  for (Kind kind : {Kind::bad, Kind::good, Kind::fixed}) {
    if (kind_name(kind) == word) return kind;
  }
  return std::nullopt;
}

class PageParser {
 public:
  explicit PageParser(std::string_view text) : text_(text) {}

  Result<Page> parse() {
    while (at_ < text_.size()) {
      const std::string_view line = take_line();
      const bool was_inside = fence_.has_value();
      if (line.starts_with(kFence)) {
        if (auto problem = on_fence(line)) return page_error(*problem);
      } else if (!was_inside && line.starts_with(kHeading)) {
        end_section(line);
        page_.sections.push_back({trim(line.substr(kHeading.size())), text_.substr(at_, 0)});
        section_begin_ = at_;
      }
    }
    if (fence_) return page_error("a fence is not closed");
    end_section(text_.substr(at_));
    return std::move(page_);
  }

 private:
  struct OpenFence {
    std::optional<PageExample> example;
    size_t begin = 0;
  };

  tl::unexpected<Error> page_error(std::string cause) const {
    return fail(
        {"read", fmt::format("line {} of the page", line_number_), std::move(cause), "", 0});
  }

  std::string_view take_line() {
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = text_.substr(at_, end - at_);
    line_begin_ = at_;
    at_ = std::min(end + 1, text_.size());
    ++line_number_;
    return line;
  }

  std::optional<std::string> on_fence(std::string_view line) {
    if (fence_) {
      if (fence_->example) {
        fence_->example->text = text_.substr(fence_->begin, line_begin_ - fence_->begin);
        page_.examples.push_back(*fence_->example);
      }
      fence_.reset();
      return std::nullopt;
    }
    fence_ = OpenFence{std::nullopt, at_};
    const auto words = split_words(line.substr(kFence.size()));
    if (words.empty() || words[0] != "apache" || words.size() < 2) return std::nullopt;
    const auto kind = parse_kind(words[1]);
    if (!kind) return fmt::format("an example is bad, good or fixed, not \"{}\"", words[1]);
    return open_example(*kind);
  }

  std::optional<std::string> open_example(Kind kind) {
    PageExample example;
    example.kind = kind;
    example.line = line_number_;
    if (kind == Kind::fixed && bad_ == 0) return "a fixed example follows the bad one it mends";
    example.number = kind == Kind::bad ? ++bad_ : kind == Kind::good ? ++good_ : bad_;
    fence_->example = example;
    return std::nullopt;
  }

  void end_section(std::string_view next_heading) {
    if (page_.sections.empty()) return;
    const size_t end = static_cast<size_t>(next_heading.data() - text_.data());
    page_.sections.back().text = text_.substr(section_begin_, end - section_begin_);
  }

  std::string_view text_;
  Page page_;
  std::optional<OpenFence> fence_;
  size_t at_ = 0;
  size_t line_begin_ = 0;
  size_t section_begin_ = 0;
  uint32_t line_number_ = 0;
  uint32_t bad_ = 0;
  uint32_t good_ = 0;
};

}  // namespace

std::string PageExample::label() const { return fmt::format("{}{}", kind_name(kind), number); }

const PageSection* Page::section(std::string_view title) const {
  for (const PageSection& section : sections) {
    if (section.title == title) return &section;
  }
  return nullptr;
}

const PageExample* Page::fixed(const PageExample& bad) const {
  for (const PageExample& example : examples) {
    if (example.kind == Kind::fixed && example.number == bad.number) return &example;
  }
  return nullptr;
}

const std::vector<std::string_view>& required_headings() {
  static const std::vector<std::string_view> kHeadings = {"What it finds", "Why it matters",
                                                          "When to ignore it", "How to fix it"};
  return kHeadings;
}

Result<Page> parse_page(std::string_view text) { return PageParser(text).parse(); }

}  // namespace stockade::rules
