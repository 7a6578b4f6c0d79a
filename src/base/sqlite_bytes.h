// An SQLite database that was read whole, as somebody else's program left it: read-only, and no
// more work than `steps` allows, whatever stands in it.
//
// Distrusts: every byte. Source: https://www.sqlite.org/security.html
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;

namespace stockade {

class SqliteBytes {
 public:
  // `name` stands for the database in errors.
  static Result<SqliteBytes> open(std::string bytes, std::string name);

  SqliteBytes(SqliteBytes&&) noexcept;
  ~SqliteBytes();

  // One call a row, with its columns as bytes (numbers in decimal); false ends the query. The views
  // live as long as the call.
  using OnRow = std::function<bool(const std::vector<std::string_view>&)>;
  Result<void> query(const char* sql, const std::vector<std::string>& values, const OnRow& on_row);

 private:
  SqliteBytes(std::string bytes, std::string name);
  tl::unexpected<Error> failure() const;

  std::unique_ptr<std::string> bytes_;  // SQLite reads them in place: they may not move
  std::string name_;
  sqlite3* database_ = nullptr;
};

}  // namespace stockade
