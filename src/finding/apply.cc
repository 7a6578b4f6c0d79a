#include "finding/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <tuple>

namespace stockade {

namespace {

tl::unexpected<Error> edit_error(const Edit& edit, std::string cause) {
  return fail(
      {"change", fmt::format("byte {} of {}", edit.offset, edit.file), std::move(cause), "", 0});
}

// By place; of those at one offset the insertions first, in the order given.
std::vector<Edit> in_order(const std::vector<Edit>& edits) {
  std::vector<Edit> ordered;
  std::set<Edit> seen;
  for (const Edit& edit : edits) {
    if (seen.insert(edit).second) ordered.push_back(edit);
  }
  std::stable_sort(ordered.begin(), ordered.end(), [](const Edit& a, const Edit& b) {
    return std::tuple(std::string_view(a.file), a.offset, a.length > 0) <
           std::tuple(std::string_view(b.file), b.offset, b.length > 0);
  });
  return ordered;
}

Result<std::string> apply_to_one(std::string_view text, std::span<const Edit> edits) {
  std::string result;
  size_t done = 0;
  for (const Edit& edit : edits) {
    if (edit.offset > text.size() || edit.length > text.size() - edit.offset) {
      return edit_error(edit, "it lies behind the end of the file");
    }
    if (edit.offset < done) return edit_error(edit, "two fixes want to change the same text");
    result.append(text.substr(done, edit.offset - done)).append(edit.text);
    done = size_t{edit.offset} + edit.length;
  }
  result.append(text.substr(done));
  return result;
}

}  // namespace

Result<Texts> apply_edits(const Texts& texts, const std::vector<Edit>& edits) {
  const std::vector<Edit> ordered = in_order(edits);
  Texts result = texts;
  for (size_t begin = 0; begin < ordered.size();) {
    size_t end = begin;
    while (end < ordered.size() && ordered[end].file == ordered[begin].file) ++end;
    const auto text = result.find(ordered[begin].file);
    if (text == result.end()) return edit_error(ordered[begin], "the file is not at hand");
    auto changed = apply_to_one(text->second, std::span(ordered).subspan(begin, end - begin));
    if (!changed) return fail(changed.error());
    text->second = *std::move(changed);
    begin = end;
  }
  return result;
}

}  // namespace stockade
