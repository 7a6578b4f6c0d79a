#include "case_file.h"

#include <fmt/format.h>

#include "base/text.h"

namespace stockade::effective {
namespace {

class CaseReader {
 public:
  explicit CaseReader(const std::string& name) : name_(name) {}

  Result<CaseFile> read(std::string_view text) {
    for (const std::string_view line : split_lines_of(text)) {
      ++number_;
      if (line.starts_with("#|")) {
        if (found_.site.files.empty()) return wrong("a text without its file");
        found_.site.files.back().text +=
            std::string(line.substr(std::min<size_t>(3, line.size()))) + "\n";
      } else if (line.starts_with("#: ")) {
        if (!take(line.substr(3))) return wrong("not understood: " + std::string(line));
      } else if (!line.starts_with("# ") && !line.empty()) {
        found_.site.lines.emplace_back(line);
      }
    }
    found_.answers.resize(found_.site.requests.size());
    return std::move(found_);
  }

 private:
  static std::vector<std::string_view> split_lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      lines.push_back(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
  }

  tl::unexpected<Error> wrong(std::string cause) const {
    return fail({"read the case", fmt::format("{}:{}", name_, number_), std::move(cause),
                 "see case_file.h", 0});
  }

  bool take(std::string_view fact) {
    const size_t blank = fact.find(' ');
    if (blank == std::string_view::npos) return false;
    const std::string_view kind = fact.substr(0, blank);
    const std::string_view rest = fact.substr(blank + 1);
    Site& site = found_.site;
    if (kind == "file") {
      site.files.push_back({.path = std::string(rest)});
    } else if (kind == "dir") {
      site.files.push_back({.path = std::string(rest), .directory = true});
    } else if (kind == "link") {
      const size_t arrow = rest.find(" -> ");
      if (arrow == std::string_view::npos) return false;
      site.files.push_back({.path = std::string(rest.substr(0, arrow)),
                            .link = std::string(rest.substr(arrow + 4))});
    } else if (kind == "header" || kind == "answer") {
      return add_to_request(kind, rest);
    } else {
      return add_request(kind, rest);
    }
    return true;
  }

  bool add_to_request(std::string_view kind, std::string_view rest) {
    if (found_.site.requests.empty()) return false;
    if (kind == "answer") {
      found_.answers.resize(found_.site.requests.size());
      found_.answers.back() = std::atoi(std::string(rest).c_str());
      return found_.answers.back() != 0;
    }
    const size_t colon = rest.find(": ");
    if (colon == std::string_view::npos) return false;
    found_.site.requests.back().headers.emplace_back(rest.substr(0, colon), rest.substr(colon + 2));
    return true;
  }

  bool add_request(std::string_view method, std::string_view rest) {
    const size_t host = rest.find(" Host: ");
    const size_t from = rest.find(" from ");
    if (host == std::string_view::npos || from == std::string_view::npos || from < host)
      return false;
    found_.site.requests.push_back({.host = std::string(rest.substr(host + 7, from - host - 7)),
                                    .method = std::string(method),
                                    .target = std::string(rest.substr(0, host)),
                                    .client = std::string(rest.substr(from + 6))});
    return true;
  }

  const std::string& name_;
  size_t number_ = 0;
  CaseFile found_;
};

std::string commented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    out += fmt::format("#| {}\n", text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

}  // namespace

Result<CaseFile> read_case(std::string_view text, const std::string& name) {
  return CaseReader(name).read(text);
}

std::string case_text(const Site& site) {
  std::string text;
  for (const std::string& line : site.lines) text += line + "\n";
  for (const SiteFile& file : site.files) {
    const std::string_view kind = file.directory ? "dir" : file.link.empty() ? "file" : "link";
    text +=
        fmt::format("#: {} {}{}{}\n", kind, file.path, file.link.empty() ? "" : " -> ", file.link);
    text += commented(file.text);
  }
  for (const SiteRequest& request : site.requests) {
    text += fmt::format("#: {} {} Host: {} from {}\n", request.method, request.target, request.host,
                        request.client);
    for (const auto& [name, value] : request.headers)
      text += fmt::format("#: header {}: {}\n", name, value);
  }
  return text;
}

}  // namespace stockade::effective
