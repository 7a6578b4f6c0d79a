// A database of our own (SQLite, write-ahead log): what is written in one transaction is there as a
// whole or not at all, whenever the process is killed.
// Source: https://www.sqlite.org/wal.html
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace stockade {

class Database {
 public:
  // Creates the file where there is none, with mode 0600. One process writes at a time.
  static Result<Database> open(const std::string& path);
  // To read beside the process that writes.
  static Result<Database> open_to_read(const std::string& path);

  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  Result<void> run(const char* sql);

  // A statement that is used again and again; it lives as long as the database.
  class Statement {
   public:
    Statement& bind(int index, int64_t value);  // from 1
    Statement& bind(int index, std::string_view bytes);
    Result<void> run();  // to its end, and back to the start
    // The next row; false after the last.
    Result<bool> step();
    int64_t number(int column) const;          // from 0
    std::string_view bytes(int column) const;  // until the next step
    void reset();

   private:
    friend class Database;
    Statement(sqlite3* database, sqlite3_stmt* statement)
        : database_(database), statement_(statement) {}
    sqlite3* database_;
    sqlite3_stmt* statement_;
  };
  // Prepared once for each text, then kept: `sql` has to be a literal.
  Result<Statement> prepare(const char* sql);

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}
  Result<void> connect(int flags);
  tl::unexpected<Error> failure(const char* attempted) const;
  std::string path_;
  sqlite3* database_ = nullptr;
  std::map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace stockade
