#include "message.h"

#include <algorithm>

#include "command.h"

namespace stockade::mail {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_field(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return false;
  return std::equal(name.begin(), name.end(), line.begin(),
                    [](char a, char b) { return a == lower(b); });
}

// The next line without its end; `rest` goes on behind it.
std::string_view next_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool continues(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

// "A Name <a@b>, \"x, y\" <c@d>, e@f (comment)"
class AddressList {
 public:
  explicit AddressList(std::vector<std::string>& found) : found_(found) {}

  void read(std::string_view text) {
    bool quoted = false;
    int depth = 0;  // of comments
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\\' && i + 1 < text.size()) {
        ++i;
      } else if (c == '"' && depth == 0) {
        quoted = !quoted;
      } else if (quoted) {
        continue;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')' && depth > 0) {
        --depth;
      } else if (depth > 0) {
        continue;
      } else if (c == '<') {
        bare_.clear();
        angle_ = true;
      } else if (c == '>') {
        finish();
        done_ = true;
      } else if (c == ',' || c == ';') {
        if (!done_) finish();
        done_ = false;
        bare_.clear();
      } else if (c == ':' && !angle_) {
        bare_.clear();  // the name of a group
      } else if (c != ' ' && c != '\t' && !done_) {
        bare_ += c;
      }
    }
    if (!done_) finish();
  }

 private:
  void finish() {
    if (is_address(bare_) && std::find(found_.begin(), found_.end(), bare_) == found_.end())
      found_.push_back(bare_);
    bare_.clear();
    angle_ = false;
  }

  std::vector<std::string>& found_;
  std::string bare_;
  bool angle_ = false;
  bool done_ = false;  // "<...>" was there: what follows until the comma is decoration
};

}  // namespace

std::vector<std::string> recipients_of(std::string_view message) {
  std::vector<std::string> found;
  std::string field;
  bool wanted = false;
  const auto flush = [&] {
    if (wanted) AddressList(found).read(field);
    field.clear();
    wanted = false;
  };
  while (!message.empty()) {
    const std::string_view line = next_line(message);
    if (line.empty()) break;
    if (continues(line)) {
      if (wanted) field += line;
      continue;
    }
    flush();
    wanted = is_field(line, "to") || is_field(line, "cc") || is_field(line, "bcc");
    if (wanted) field = line.substr(line.find(':') + 1);
  }
  flush();
  return found;
}

std::string for_smtp(std::string_view message, bool dot_ends) {
  std::string text;
  text.reserve(message.size() + message.size() / 32 + 64);
  bool in_headers = true;
  bool is_hidden = false;
  while (!message.empty()) {
    // A carriage return alone would be a line to some servers, and not to others: out with it
    // first.
    std::string line(next_line(message));
    std::erase(line, '\r');
    if (dot_ends && line == ".") break;
    if (line.empty()) in_headers = false;
    if (in_headers && !continues(line)) is_hidden = is_field(line, "bcc");
    if (in_headers && is_hidden) continue;
    if (line.starts_with('.')) text += '.';
    text += line + "\r\n";
  }
  return text + ".\r\n";
}

}  // namespace stockade::mail
