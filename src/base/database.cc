#include "base/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace stockade {

tl::unexpected<Error> Database::failure(const char* attempted) const {
  return fail({attempted, path_, database_ != nullptr ? sqlite3_errmsg(database_) : "out of memory",
               "if the disk is full, make room: nothing was half-written", 0});
}

Result<void> Database::connect(int flags) {
  if (sqlite3_open_v2(path_.c_str(), &database_, flags | SQLITE_OPEN_NOMUTEX, nullptr) !=
      SQLITE_OK) {
    return failure("open the database");
  }
  sqlite3_busy_timeout(database_, 5000);
  return {};
}

Result<Database> Database::open(const std::string& path) {
  // SQLite would make it readable for everybody.
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    const int code = errno;
    auto failed = fail_errno("open the database", path, code);
    if (code == ENOENT) failed.value().remedy = "make its folder, or name another file";
    return failed;
  }
  ::close(descriptor);
  Database database(path);
  if (auto done = database.connect(SQLITE_OPEN_READWRITE); !done)
    return tl::make_unexpected(done.error());
  // The log is synced at checkpoints: after a power cut the last moments may be missing, as a
  // whole.
  for (const char* sql :
       {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA cache_size=-4096",
        "PRAGMA journal_size_limit=16777216", "PRAGMA temp_store=MEMORY"}) {
    if (auto done = database.run(sql); !done) return tl::make_unexpected(done.error());
  }
  return database;
}

Result<Database> Database::open_to_read(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return fail_errno("open the database", path, errno);
  Database database(path);
  if (auto done = database.connect(SQLITE_OPEN_READONLY); !done)
    return tl::make_unexpected(done.error());
  return database;
}

Database::Database(Database&& other) noexcept
    : path_(std::move(other.path_)),
      database_(std::exchange(other.database_, nullptr)),
      statements_(std::move(other.statements_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(database_, other.database_);
  std::swap(statements_, other.statements_);
  return *this;
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure("write to");
  return {};
}

Result<Database::Statement> Database::prepare(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr && sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                                 &statement, nullptr) != SQLITE_OK) {
    return failure("prepare a statement of");
  }
  sqlite3_reset(statement);
  return Statement(database_, statement);
}

Database::Statement& Database::Statement::bind(int index, int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
  return *this;
}

Database::Statement& Database::Statement::bind(int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement_, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Database::Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  Error error{"use", "the database", sqlite3_errmsg(database_),
              "if the disk is full, make room: nothing was half-written", 0};
  sqlite3_reset(statement_);
  return fail(std::move(error));
}

Result<void> Database::Statement::run() {
  const auto row = step();
  sqlite3_reset(statement_);
  if (!row) return tl::make_unexpected(row.error());
  return {};
}

int64_t Database::Statement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Database::Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string_view{} : std::string_view(data, static_cast<size_t>(size));
}

void Database::Statement::reset() { sqlite3_reset(statement_); }

}  // namespace stockade
