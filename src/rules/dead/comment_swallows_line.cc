#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"

namespace stockade::rules::comment_swallows_line {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A comment ends in a backslash. httpd joins lines before it looks for `#`, so the next line belongs to the
comment, and the directive on it is gone.

```apache bad
<Directory /srv/private>
    # only from the office, see \\files\office\
    #^
    Require ip 192.0.2.0/24
</Directory>
```
```apache fixed
<Directory /srv/private>
    # only from the office, see \\files\office
    Require ip 192.0.2.0/24
</Directory>
```
```apache bad
# SetEnvIf User-Agent "curl" tool \
#^
TraceEnable off
ServerName www.example.org
```
```apache fixed
# SetEnvIf User-Agent "curl" tool 
TraceEnable off
ServerName www.example.org
```
Where the lines that follow are comments too, nothing is lost:
```apache good
# BrowserMatch "MSIE [2-6]" \
#     nokeepalive ssl-unclean-shutdown
TraceEnable off
```
```apache good
LogFormat "%h \
# %l" short
TraceEnable off
```

## Why it matters
The line is there for every reader but one: httpd. Commenting out the first line of a directive that
goes over two lines leaves such a trap, and so does a Windows path at the end of a remark.

## When to ignore it
Where the whole directive was meant to be switched off. Then put a `#` before each of its lines.

## How to fix it
Take the backslash away, or comment out the following lines too.
)md";

bool is_comment(std::string_view line) { return trim(line).starts_with('#'); }

// A directive or a section's tag, as far as one line tells.
bool is_directive(std::string_view line) {
  const auto words = split_words(line);
  if (words.empty()) return false;
  std::string_view name = words.front();
  const bool tag = name.starts_with('<');
  if (tag) name.remove_prefix(name.starts_with("</") ? 2 : 1);
  if (name.ends_with('>')) name.remove_suffix(1);
  return conf::directive_id(name, tag) != conf::kUnknownDirective;
}

conf::Range trailing_backslash(const conf::SourceFile& file, conf::FileId id, uint32_t line) {
  const size_t length = file.line(line).size();
  return {id, file.line_starts[line - 1] + static_cast<uint32_t>(length) - 1, 1};
}

void judge(const conf::SourceFile& file, conf::FileId id, uint32_t comment, Reporter& report) {
  const std::string_view swallowed = file.line(comment + 1);
  if (is_comment(swallowed) || !is_directive(swallowed)) return;
  const std::string_view text = file.line(comment);
  const size_t indent = text.find('#');
  const conf::Range range{id, file.line_starts[comment - 1] + static_cast<uint32_t>(indent),
                          static_cast<uint32_t>(text.size() - indent)};
  report
      .find_text(range, fmt::format("the comment ends in a backslash and takes in \"{}\"",
                                    trim(swallowed)))
      .fix("take the backslash away", FixRisk::careful, "the line below comes into force again")
      .replace_text(trailing_backslash(file, id, comment), "");
}

void look_through(const conf::SourceFile& file, conf::FileId id, Reporter& report) {
  bool joined = false;  // to the line before
  const auto lines = static_cast<uint32_t>(file.line_starts.size());
  for (uint32_t number = 1; number < lines; ++number) {
    const std::string_view line = file.line(number);
    const bool continues = line.ends_with('\\');
    if (!joined && continues && is_comment(line)) judge(file, id, number, report);
    joined = continues;
  }
}

void check(const Snapshot& snapshot, Reporter& report) {
  const auto& files = snapshot.config.files;
  for (size_t i = 0; i < files.size(); ++i) {
    // No comment can end in a backslash where there is none before a line's end.
    if (files[i]->bytes.find("\\\n") == std::string::npos &&
        files[i]->bytes.find("\\\r\n") == std::string::npos) {
      continue;
    }
    look_through(*files[i], static_cast<conf::FileId>(i), report);
  }
}

}  // namespace

extern const Rule kRule{
    .id = "comment-swallows-line",
    .severity = Severity::medium,
    .title = "A comment that ends in a backslash takes the next line with it",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::comment_swallows_line
