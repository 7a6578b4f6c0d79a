#include "report/fix_diff.h"

#include <algorithm>

#include "base/text.h"
#include "finding/apply.h"

namespace stockade::report {

namespace {

struct Region {
  size_t begin = 0;  // whole lines of the text
  size_t end = 0;
  std::vector<Edit> edits;
};

size_t line_begin(const std::string& text, size_t offset) {
  const size_t newline = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  return newline == std::string::npos ? 0 : newline + 1;
}

size_t line_end(const std::string& text, size_t offset) {
  const size_t newline = text.find('\n', offset);
  return newline == std::string::npos ? text.size() : newline + 1;
}

// Edits that touch a common line belong together. `edits` are of one file, by offset.
std::vector<Region> regions_of(const std::string& text, const std::vector<Edit>& edits) {
  std::vector<Region> regions;
  for (const Edit& edit : edits) {
    const size_t last = edit.offset + (edit.length > 0 ? edit.length - 1 : 0);
    const Region region{line_begin(text, edit.offset), line_end(text, last), {edit}};
    if (!regions.empty() && region.begin < regions.back().end) {
      regions.back().end = std::max(regions.back().end, region.end);
      regions.back().edits.push_back(edit);
    } else {
      regions.push_back(region);
    }
  }
  return regions;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  for (std::string_view& line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return lines;
}

void add_changed_lines(std::string_view before, std::string_view after, uint32_t first_line,
                       std::vector<DiffLine>& out) {
  std::vector<std::string_view> gone = lines_of(before);
  std::vector<std::string_view> come = lines_of(after);
  size_t same = 0;
  while (same < gone.size() && same < come.size() && gone[same] == come[same]) ++same;
  while (gone.size() > same && come.size() > same && gone.back() == come.back()) {
    gone.pop_back();
    come.pop_back();
  }
  const auto line = [&](size_t index) { return first_line + static_cast<uint32_t>(index); };
  for (size_t i = same; i < gone.size(); ++i) out.push_back({'-', line(i), std::string(gone[i])});
  for (size_t i = same; i < come.size(); ++i) {
    out.push_back({'+', line(gone.size()), std::string(come[i])});
  }
}

bool add_region(const SourceTexts& texts, const std::string& text, Region region, FileDiff& diff) {
  const std::string before = text.substr(region.begin, region.end - region.begin);
  for (Edit& edit : region.edits) edit.offset -= static_cast<uint32_t>(region.begin);
  const auto after = apply_edits({{diff.file, before}}, region.edits);
  if (!after) return false;
  const Place place = texts.place_of(diff.file, static_cast<uint32_t>(region.begin));
  add_changed_lines(before, after->begin()->second, place.line, diff.lines);
  return true;
}

}  // namespace

SourceTexts::SourceTexts(const Snapshot& snapshot) : snapshot_(snapshot) {
  for (const auto& file : snapshot.config.files) files_.emplace(file->path, file.get());
}

const std::string* SourceTexts::find(std::string_view path) const {
  const auto file = files_.find(path);
  if (file != files_.end()) return &file->second->bytes;
  const auto content = snapshot_.contents.find(path);
  return content == snapshot_.contents.end() ? nullptr : &content->second;
}

Place SourceTexts::place_of(std::string_view path, uint32_t offset) const {
  Place place{std::string(path), 0, 0, 0};
  const std::string* text = find(path);
  if (text == nullptr || offset > text->size()) return place;
  place.column = offset - static_cast<uint32_t>(line_begin(*text, offset)) + 1;
  const auto file = files_.find(path);
  if (file != files_.end() && !file->second->line_starts.empty()) {
    // The reader stops at the last line end: what is appended behind it starts a line of its own.
    const auto& starts = file->second->line_starts;
    const bool behind = offset == text->size() && offset > starts.back() && text->back() == '\n';
    place.line = file->second->line_of(offset) + (behind ? 1 : 0);
  } else {
    const auto end = text->begin() + static_cast<std::ptrdiff_t>(offset);
    place.line = static_cast<uint32_t>(std::count(text->begin(), end, '\n')) + 1;
  }
  return place;
}

std::vector<FileDiff> fix_diff(const SourceTexts& texts, const Fix& fix) {
  std::vector<Edit> edits = fix.edits;
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return std::tie(a.file, a.offset) < std::tie(b.file, b.offset);
  });
  std::vector<FileDiff> diffs;
  for (size_t begin = 0, end = 0; begin < edits.size(); begin = end) {
    while (end < edits.size() && edits[end].file == edits[begin].file) ++end;
    const std::string* text = texts.find(edits[begin].file);
    if (text == nullptr) return {};
    FileDiff& diff = diffs.emplace_back(FileDiff{edits[begin].file, {}});
    const std::vector<Edit> of_file(edits.begin() + static_cast<std::ptrdiff_t>(begin),
                                    edits.begin() + static_cast<std::ptrdiff_t>(end));
    if (of_file.back().offset > text->size()) return {};
    for (Region& region : regions_of(*text, of_file)) {
      if (!add_region(texts, *text, std::move(region), diff)) return {};
    }
  }
  return diffs;
}

}  // namespace stockade::report
