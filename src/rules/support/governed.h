// A URL that a section of the configuration governs, and what a stranger gets there as the
// effective engine says: what a rule reads in a section is put to the whole of the configuration.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "conf/classes/outcome.h"
#include "host/snapshot.h"

namespace stockade::rules {

struct Governed {
  const conf::Server* server = nullptr;
  std::string path;  // of the URL, escaped
  std::string url;
  conf::Outcome outcome;
};

// Of one rule: what it has looked up is kept for the next question.
class Governing {
 public:
  explicit Governing(const Snapshot& snapshot) : snapshot_(snapshot) {}

  // Of the section's own virtual host, or for one of the main server of the first that has it.
  // Nothing where no URL is known that it governs. Some 0.1 ms, and for the first section of a
  // virtual host what its sections number.
  std::optional<Governed> by(const conf::Directive& section, const std::string& method = "GET");

 private:
  // Examples of one server's classes, by the section that makes the class.
  using Examples = std::map<std::pair<std::string, uint32_t>, std::string>;
  const Examples& examples_of(const conf::Server& server);
  std::optional<Governed> in_server(const conf::Server& server, const conf::Directive& section,
                                    const std::string& method);
  std::optional<Governed> in_tree(const conf::Server& own, const conf::Directive& section,
                                  const std::string& method) const;
  std::optional<Governed> ask(const conf::Server& server, const std::string& path,
                              const std::string& method) const;

  const Snapshot& snapshot_;
  std::unordered_map<const conf::Server*, Examples> examples_;
};

}  // namespace stockade::rules
