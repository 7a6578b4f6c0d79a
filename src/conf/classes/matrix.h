// The access matrix of a server: who gets what, by virtual host, class of URLs and kind of client.
#pragma once

#include <string>
#include <vector>

#include "conf/classes/classes.h"
#include "conf/classes/outcome.h"

namespace stockade::conf {

struct MatrixCell {
  Answer answer = Answer::unknown;
  std::string cause;  // of unknown
  Place cause_place;
  bool operator==(const MatrixCell& other) const { return answer == other.answer; }
};

struct MatrixRow {
  PathClass path;
  std::string leads_to;
  std::vector<MatrixCell> cells;  // one a client; empty: not checked
  bool as_parent = false;         // behaves as the row that it lies in
};

struct MatrixHost {
  std::string label;
  Place place;              // null place: the main server
  std::string url;          // of its "/"
  std::string answered_by;  // another virtual host that takes its requests; empty: none does
  std::vector<MatrixRow> rows;
};

struct Matrix {
  std::vector<Client> clients;
  std::vector<MatrixHost> hosts;
  std::vector<std::string> unlisted;  // folders that were not listed to their end
};

// Of every server that answers: each virtual host, and the main server where one of its ports has
// no virtual host. Of the classes and clients that the configuration tells.
Matrix access_matrix(const World& world);

// The servers that requests may reach.
std::vector<const Server*> answering(const Servers& servers);

}  // namespace stockade::conf
