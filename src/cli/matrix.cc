#include "conf/classes/matrix.h"

#include <fmt/format.h>

#include "cli/output.h"
#include "cli/show.h"
#include "cli/sight.h"
#include "cli/target.h"
#include "report/matrix_page.h"

namespace stockade::cli {
namespace {

constexpr Example kMatrixExamples[] = {
    {"stockade matrix", "who gets what from this machine"},
    {"stockade matrix --root copy --format markdown", "of a copied tree, for a wiki"},
    {"stockade matrix --snapshot web1.json --format json", "everything, for a program"},
    {"stockade matrix --all", "with the classes that behave as the one around them"},
};

constexpr Option kMatrixOptions[] = {
    kPageFormatOption, {"--all", "", "also what behaves as the row around it"},
    kColourOption,     kWidthOption,
    kRootOption,       kConfigOption,
    kDefineOption,     kSnapshotOption,
};

bool is_complete(const conf::Matrix& matrix) {
  for (const conf::MatrixHost& host : matrix.hosts) {
    for (const conf::MatrixRow& row : host.rows) {
      if (row.path.example.empty()) return false;
      for (const conf::MatrixCell& cell : row.cells) {
        if (cell.answer == conf::Answer::unknown) return false;
      }
    }
  }
  return matrix.unlisted.empty();
}

Result<int> run_matrix(const Arguments& given) {
  Arguments arguments = given;
  const auto look = show_options(kMatrix, arguments);
  if (!look) return tl::make_unexpected(look.error());
  if (auto done = complete(kMatrix, arguments); !done) return tl::make_unexpected(done.error());
  const auto sight = see(kMatrix.name, arguments);
  if (!sight) return tl::make_unexpected(sight.error());
  const conf::World world = sight->world();
  const conf::Matrix matrix = conf::access_matrix(world);
  const bool sound = warn_of_refusal(*sight->snapshot);
  const bool whole = sound && is_complete(matrix);
  return write_stdout(report::render_matrix(matrix, look->format, look->render)).map([whole] {
    return int{whole ? kClean : kIncomplete};
  });
}

}  // namespace

const Command kMatrix{
    "matrix",
    "show who gets what: every virtual host, class of URLs and kind of client",
    "The URLs of each virtual host fall into classes: those below a Location, an alias, a folder "
    "with its own section, files of a name, files of the disk that are seldom meant to be served. "
    "For one example of each the table tells what anyone, this host and the networks that the "
    "configuration names would get. Nothing is run or asked. What cannot be known is a \"?\" with "
    "its cause below the table, and the exit code is then 3.",
    kMatrixExamples,
    kMatrixOptions,
    {},
    run_matrix};

}  // namespace stockade::cli
