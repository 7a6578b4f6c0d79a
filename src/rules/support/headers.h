// The Header lines of a configuration: which response headers a server sends, from which table.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header; mod_headers.c.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

// One Header directive, taken apart.
struct HeaderLine {
  const conf::Directive* directive = nullptr;
  bool always = false;  // of the table that errors and redirects send too
  std::string_view action;
  std::string_view name;  // without a colon
  size_t name_word = 0;
  std::string_view value;    // empty for unset and echo
  bool conditional = false;  // env=, expr= or early

  // Whether it puts the header there if nothing did before.
  bool sets() const;
};
std::optional<HeaderLine> header_line(const conf::Directive& d);

// What the Header lines make of one response header, in every response of one server.
struct HeaderState {
  std::optional<HeaderLine> on_success;
  std::optional<HeaderLine> always;
  // A line in a section (<Directory>, <Location>, <If> ...) that sets it for a part.
  const conf::Directive* in_section = nullptr;

  bool sent() const { return on_success || always; }
};

// All lines of one header, grouped by server; `of` costs the lines of the main server and its own.
class HeaderLines {
 public:
  HeaderLines(const Snapshot& snapshot, std::string_view name);
  HeaderState of(const conf::Server& server) const;
  bool empty() const { return by_server_.empty(); }
  // The servers that have such a line themselves, in their order: no other adds a state of its own.
  std::vector<const conf::Server*> servers(const Snapshot& snapshot) const;

 private:
  struct Lines {
    std::vector<HeaderLine> everywhere;
    const conf::Directive* in_section = nullptr;
  };
  void merge(const conf::Server& server, HeaderState& state) const;

  std::unordered_map<const conf::Server*, Lines> by_server_;
};

}  // namespace stockade::rules
