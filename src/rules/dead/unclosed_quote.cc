#include <fmt/format.h>

#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/tree.h"

namespace stockade::rules::unclosed_quote {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
A quote is opened and not closed before the line ends. httpd takes everything up to the end of the line
as one argument and says nothing.

```apache bad
Header always set X-Frame-Options "DENY env=HTTPS
#                                 ^
```
```apache bad
RequestHeader set X-Site "main early
#                        ^
LogFormat "%h %l" short
```
```apache good
Header always set X-Frame-Options "DENY" env=HTTPS
```
An apostrophe within a word, and a quote that a backslash hides, open nothing:
```apache good
ServerAdmin o'neil@example.org
LogFormat "%h \"%r\"" short
```
A message of `ErrorDocument` may begin with a single quote character, as in 1.3:
```apache good
ErrorDocument 404 "Nothing here
```

## Why it matters
The words behind the quote no longer mean anything of their own: a condition, a second address or an
`env=` becomes part of the value, and the rule is wider, or other, than it reads.

## When to ignore it
Never; the line does something other than it seems to.

## How to fix it
Close the quote where the argument ends.
)md";

bool is_quote(char c) { return c == '"' || c == '\''; }

// Whether the argument, as written, opens with a quote that nothing closes.
bool is_unclosed(const conf::SourceFile& file, const conf::Word& word) {
  if (word.length == 0 || word.offset + word.length > file.bytes.size()) return false;
  const std::string_view source = std::string_view(file.bytes).substr(word.offset, word.length);
  if (!is_quote(source.front())) return false;
  for (size_t i = 1; i < source.size(); ++i) {
    if (source[i] == '\\') {
      ++i;
    } else if (source[i] == source.front()) {
      return false;
    }
  }
  return true;
}

void check(const Snapshot& snapshot, Reporter& report) {
  for_each_directive(snapshot.config, [&](const conf::Directive& d) {
    if (d.words.empty() || d.is("ErrorDocument")) return;
    const size_t last = d.words.size() - 1;
    if (!is_unclosed(snapshot.config.file_of(d), d.words[last])) return;
    const std::string_view taken = d.words[last].text;
    report.find(d, last, fmt::format("the quote is not closed, so the argument is: {}", taken));
  });
}

}  // namespace

extern const Rule kRule{
    .id = "unclosed-quote",
    .severity = Severity::medium,
    .title = "A quote that nobody closes swallows the rest of the line",
    .references = {"CWE-1188"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::unclosed_quote
