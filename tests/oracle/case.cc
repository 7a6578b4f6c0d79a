#include "case.h"

#include "base/text.h"

namespace stockade::oracle {

namespace {

constexpr std::string_view kFileMark = "#@ file ";

CaseFile make_file(std::string path, std::string_view bytes) {
  CaseFile file{std::move(path), {}, bytes.empty() || bytes.back() == '\n'};
  if (file.ends_with_newline && !bytes.empty()) bytes.remove_suffix(1);
  if (bytes.empty()) return file;
  for (const std::string_view line : split(bytes, '\n')) file.lines.emplace_back(line);
  return file;
}

}  // namespace

Case parse_case(std::string_view text) {
  Case parsed;
  std::string path = "main.conf";
  for (;;) {
    size_t mark = text.starts_with(kFileMark) ? 0 : text.find("\n" + std::string(kFileMark));
    if (mark == std::string_view::npos) {
      parsed.files.push_back(make_file(path, text));
      return parsed;
    }
    if (mark > 0 || text.front() == '\n') ++mark;
    parsed.files.push_back(make_file(path, text.substr(0, mark)));
    const size_t end = text.find('\n', mark);
    path = trim(text.substr(mark + kFileMark.size(), end - mark - kFileMark.size()));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

std::string content_of(const CaseFile& file) {
  std::string bytes = join(file.lines, "\n");
  if (file.ends_with_newline && !file.lines.empty()) bytes += '\n';
  return bytes;
}

std::string print_case(const Case& wanted) {
  std::string text;
  for (size_t i = 0; i < wanted.files.size(); ++i) {
    if (i > 0) text += std::string(kFileMark) + wanted.files[i].path + "\n";
    text += content_of(wanted.files[i]);
    if (i + 1 < wanted.files.size() && !text.empty() && text.back() != '\n') text += '\n';
  }
  return text;
}

}  // namespace stockade::oracle
