#include "base/text.h"
#include "rules/reporter.h"
#include "rules/support/servers.h"

namespace stockade::rules::etag_inode {
namespace {

constexpr std::string_view kPage = R"md(
## What it finds
`FileETag` puts the inode number of a file into its `ETag`: `INode` or `All`. The default is `MTime Size`.

```apache bad
FileETag All
#        ^~~
```
```apache fixed
FileETag MTime Size
```
```apache bad
<Directory /srv/shop>
    FileETag INode MTime Size
    #        ^~~~~
</Directory>
```
```apache fixed
<Directory /srv/shop>
    FileETag MTime Size
</Directory>
```
```apache good
FileETag MTime Size
```
```apache good
FileETag -INode
```
```apache good
FileETag None
```

## Why it matters
The number tells a little of the machine's disk, and differs between machines with the same files: a
browser that is sent to another one behind a balancer loads everything again.

## When to ignore it
Where auditors do not ask for it and one machine serves alone; it is a small thing.

## How to fix it
`FileETag MTime Size`, or remove the line.
)md";

void check(const Snapshot& snapshot, Reporter& report) {
  for (const conf::Directive* d : in_force(snapshot.config, "FileETag")) {
    for (size_t i = 0; i < d->words.size(); ++i) {
      std::string_view word = d->arg(i);
      if (word.starts_with('+')) word.remove_prefix(1);
      if (!equals_ignoring_case(word, "INode") && !equals_ignoring_case(word, "All")) continue;
      report.find(*d, i, "the ETag of a file holds its inode number")
          .fix("use time and size only")
          .replace(*d, "FileETag MTime Size");
      break;
    }
  }
}

}  // namespace

extern const Rule kRule{
    .id = "etag-inode",
    .severity = Severity::low,
    .title = "Answers tell the inode numbers of files",
    .references = {"CIS 8.4", "CVE-2003-1418", "CWE-200"},
    .page = kPage,
    .check = check,
};

}  // namespace stockade::rules::etag_inode
