#include "conf/classes/matrix.h"

#include <algorithm>

#include "base/text.h"
#include "conf/effective/choose_server.h"
#include "conf/effective/layers.h"

namespace stockade::conf {

namespace {

class Filler {
 public:
  Filler(const World& world, const PathClasses& classes, const std::vector<Client>& clients)
      : world_(world), classes_(classes), clients_(clients) {}

  MatrixHost fill(const Server& server) const {
    MatrixHost host;
    host.label = server.label;
    if (!server.is_main()) host.place = place_of(world_.config, *server.section);
    const Request root = request_for(world_.servers, server, "/");
    host.url = url_of(root);
    const Server* chosen = choose_server(world_.servers, root).server;
    if (chosen != &server) {
      host.answered_by = chosen->label;
      return host;
    }
    for (const PathClass& path : classes_.of(server)) host.rows.push_back(row_of(server, path));
    collapse(host.rows);
    return host;
  }

 private:
  MatrixRow row_of(const Server& server, const PathClass& path) const {
    MatrixRow row{path, "", {}, false};
    if (path.example.empty()) return row;
    const Request request = request_for(world_.servers, server, path.example);
    for (const Client& client : clients_) {
      Outcome outcome = outcome_of(world_, request, client);
      if (row.leads_to.empty() && outcome.answer != Answer::denied)
        row.leads_to = leads_to(outcome);
      row.cells.push_back(
          {outcome.answer, std::move(outcome.cause), std::move(outcome.cause_place)});
    }
    return row;
  }

  // The row whose example is the longest folder around this one's.
  static const MatrixRow* parent_of(const MatrixRow& row, const std::vector<MatrixRow>& rows) {
    const MatrixRow* best = nullptr;
    for (const MatrixRow& other : rows) {
      const std::string& folder = other.path.example;
      if (&other == &row || folder.empty() || folder.size() >= row.path.example.size()) continue;
      const bool below = row.path.example.starts_with(folder) &&
                         (folder.ends_with('/') || row.path.example[folder.size()] == '/');
      if (below && (best == nullptr || folder.size() > best->path.example.size())) best = &other;
    }
    return best;
  }

  // A file tells nothing new; the target of a redirect or proxy may go on as the URL does.
  static bool leads_like(const MatrixRow& row, const MatrixRow& parent) {
    return row.leads_to.empty() || row.leads_to.starts_with("file ") ||
           (!parent.leads_to.empty() && row.leads_to.starts_with(parent.leads_to));
  }

  static void collapse(std::vector<MatrixRow>& rows) {
    for (MatrixRow& row : rows) {
      if (row.cells.empty()) continue;
      const MatrixRow* parent = parent_of(row, rows);
      // What should not be served is shown wherever somebody gets it.
      if (row.path.delicate && row.cells.front().answer == Answer::open) continue;
      row.as_parent = parent != nullptr && parent->cells == row.cells && leads_like(row, *parent);
    }
  }

  const World& world_;
  const PathClasses& classes_;
  const std::vector<Client>& clients_;
};

// Whether a port is open where no virtual host answers.
bool main_answers(const Servers& servers) {
  if (servers.virtual_hosts().empty()) return true;
  for (const Listener& listener : servers.listeners) {
    Request request;
    request.port = listener.address.port;
    request.address = listener.address.wildcard() ? "192.0.2.80" : listener.address.host;
    request.host = servers.main().name;
    if (choose_server(servers, request).server == &servers.main()) return true;
  }
  return false;
}

// A column that never differs from GET's tells nothing.
void drop_equal_methods(Matrix& matrix) {
  for (size_t at = matrix.clients.size(); at-- > 1;) {
    if (matrix.clients[at].method == "GET") continue;
    bool differs = false;
    for (const MatrixHost& host : matrix.hosts) {
      for (const MatrixRow& row : host.rows) {
        differs = differs || (!row.cells.empty() && !(row.cells[at] == row.cells[0]));
      }
    }
    if (differs) continue;
    const auto index = static_cast<std::ptrdiff_t>(at);
    matrix.clients.erase(matrix.clients.begin() + index);
    for (MatrixHost& host : matrix.hosts) {
      for (MatrixRow& row : host.rows) {
        if (!row.cells.empty()) row.cells.erase(row.cells.begin() + index);
      }
    }
  }
}

}  // namespace

std::vector<const Server*> answering(const Servers& servers) {
  std::vector<const Server*> found;
  if (main_answers(servers)) found.push_back(&servers.main());
  for (const Server& server : servers.virtual_hosts()) found.push_back(&server);
  return found;
}

Matrix access_matrix(const World& world) {
  Matrix matrix;
  matrix.clients = clients_of({&world.config});
  const PathClasses classes(world);
  const Filler filler(world, classes, matrix.clients);
  for (const Server* server : answering(world.servers))
    matrix.hosts.push_back(filler.fill(*server));
  drop_equal_methods(matrix);
  matrix.unlisted = classes.unlisted();
  return matrix;
}

}  // namespace stockade::conf
