#include "report/matrix_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/json.h"
#include "report/matrix_table.h"
#include "report/place_json.h"

namespace stockade::report {

namespace {

using conf::Matrix;
using conf::MatrixCell;
using conf::MatrixHost;
using conf::MatrixRow;

Json cells_to_json(const Matrix& matrix, const MatrixRow& row) {
  Json cells = Json::object();
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const MatrixCell& cell = row.cells[i];
    Json one{{"answer", conf::name_of(cell.answer)}};
    if (cell.answer == conf::Answer::unknown) {
      one["cause"] = cell.cause;
      put_place(one, cell.cause_place);
    }
    cells[matrix.clients[i].name] = std::move(one);
  }
  return cells;
}

Json row_to_json(const Matrix& matrix, const MatrixRow& row) {
  Json json{{"class", row.path.label}};
  json["example"] = row.path.example.empty() ? Json() : Json(row.path.example);
  json["directive"] = row.path.by.text.empty() ? Json() : Json(row.path.by.text);
  put_place(json, row.path.by.place);
  json["leads_to"] = row.leads_to.empty() ? Json() : Json(row.leads_to);
  json["as_parent"] = row.as_parent;
  json["not_checked"] = row.path.not_checked.empty() ? Json() : Json(row.path.not_checked);
  json["clients"] = cells_to_json(matrix, row);
  return json;
}

std::string to_json(const Matrix& matrix) {
  Json json;
  json["schema"] = "stockade/matrix/1";
  json["clients"] = Json::array();
  for (const conf::Client& client : matrix.clients) {
    json["clients"].push_back(
        {{"name", client.name}, {"from", client.address}, {"method", client.method}});
  }
  json["vhosts"] = Json::array();
  for (const MatrixHost& host : matrix.hosts) {
    Json one{{"vhost", host.label}};
    put_place(one, host.place);
    one["url"] = host.url;
    one["answered_by"] = host.answered_by.empty() ? Json() : Json(host.answered_by);
    one["classes"] = Json::array();
    for (const MatrixRow& row : host.rows) one["classes"].push_back(row_to_json(matrix, row));
    json["vhosts"].push_back(std::move(one));
  }
  json["not_listed"] = matrix.unlisted;
  return dump(json, 2) + "\n";
}

}  // namespace

std::string render_matrix(const Matrix& matrix, TextFormat format, const RenderOptions& options) {
  if (format == TextFormat::json) return to_json(matrix);
  return format == TextFormat::markdown ? matrix_markdown(matrix, options)
                                        : matrix_table(matrix, options);
}

}  // namespace stockade::report
