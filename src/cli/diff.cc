#include <fmt/format.h>

#include "cli/output.h"
#include "cli/parse.h"
#include "cli/show.h"
#include "cli/sight.h"
#include "cli/target.h"
#include "conf/classes/difference.h"
#include "report/diff_page.h"

namespace stockade::cli {
namespace {

constexpr Example kDiffExamples[] = {
    {"stockade diff /etc/apache2/apache2.conf new/apache2.conf", "before a new file is put there"},
    {"stockade diff yesterday.json today.json", "two snapshots of \"stockade snapshot\""},
    {"stockade diff old-tree new-tree --format json", "two copied trees, for a program"},
};

constexpr Option kDiffOptions[] = {
    kPageFormatOption,
    kColourOption,
    kWidthOption,
    kDefineOption,
};

Result<int> run_diff(const Arguments& given) {
  Arguments arguments = given;
  const auto look = show_options(kDiff, arguments);
  if (!look) return tl::make_unexpected(look.error());
  if (auto done = complete(kDiff, arguments); !done) return tl::make_unexpected(done.error());
  if (arguments.words.size() != 2) {
    return usage_error(kDiff.name, "two sides are compared: before and after",
                       "name a folder, a configuration file or a snapshot for each");
  }
  const auto before = see_named(arguments.word(0), arguments.list("--define"));
  if (!before) return tl::make_unexpected(before.error());
  const auto after = see_named(arguments.word(1), arguments.list("--define"));
  if (!after) return tl::make_unexpected(after.error());
  const conf::World old_world = before->world();
  const conf::World new_world = after->world();
  const conf::Difference difference = conf::compare(old_world, new_world);
  const bool old_sound = warn_of_refusal(*before->snapshot);
  const bool sound = warn_of_refusal(*after->snapshot) && old_sound;
  int code = kClean;
  if (!sound || !difference.not_compared.empty() || !difference.unlisted.empty()) {
    code = kIncomplete;
  }
  if (difference.wider()) code = kFindings;
  return write_stdout(report::render_difference(difference, arguments.word(0), arguments.word(1),
                                                look->format, look->render))
      .map([code] { return code; });
}

}  // namespace

const Command kDiff{
    "diff",
    "show what two configurations do differently: who gains or loses what",
    "Not the text is compared but what httpd does, for an example of every class of URLs of either "
    "side and every kind of client: access, files, handlers, redirects, response headers. The exit "
    "code is 1 where somebody gets what he did not get before, 3 where something could not be "
    "compared and nothing is wider, else 0.",
    kDiffExamples,
    kDiffOptions,
    {"BEFORE AFTER", "a copied tree's folder, a configuration file, or a snapshot, twice", nullptr,
     true, true},
    run_diff};

}  // namespace stockade::cli
