#include "base/sqlite_bytes.h"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace stockade {
namespace {

constexpr int kStepsBetweenLooks = 1'000'000;
constexpr int kMostLooks = 200;  // some seconds

// A journal kept beside the file (mode 2) cannot be there for a database in memory.
constexpr size_t kWriteVersion = 18;
constexpr size_t kReadVersion = 19;

int stop_when_spent(void* looks) { return ++*static_cast<int*>(looks) > kMostLooks ? 1 : 0; }

}  // namespace

SqliteBytes::SqliteBytes(std::string bytes, std::string name)
    : bytes_(std::make_unique<std::string>(std::move(bytes))), name_(std::move(name)) {}

SqliteBytes::SqliteBytes(SqliteBytes&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      name_(std::move(other.name_)),
      database_(std::exchange(other.database_, nullptr)) {}

SqliteBytes::~SqliteBytes() { sqlite3_close(database_); }

tl::unexpected<Error> SqliteBytes::failure() const {
  return fail({"read the database", name_, sqlite3_errmsg(database_), "", EIO});
}

Result<SqliteBytes> SqliteBytes::open(std::string bytes, std::string name) {
  SqliteBytes made(std::move(bytes), std::move(name));
  std::string& data = *made.bytes_;
  if (data.size() <= kReadVersion) {
    return fail({"read the database", made.name_, "it is cut off", "", EIO});
  }
  data[kWriteVersion] = data[kReadVersion] = 1;
  if (sqlite3_open_v2(":memory:", &made.database_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    return made.failure();
  }
  sqlite3_db_config(made.database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(made.database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  const auto size = static_cast<sqlite3_int64>(data.size());
  const int taken =
      sqlite3_deserialize(made.database_, "main", reinterpret_cast<unsigned char*>(data.data()),
                          size, size, SQLITE_DESERIALIZE_READONLY);
  if (taken != SQLITE_OK) return made.failure();
  return made;
}

Result<void> SqliteBytes::query(const char* sql, const std::vector<std::string>& values,
                                const OnRow& on_row) {
  int looks = 0;
  sqlite3_progress_handler(database_, kStepsBetweenLooks, stop_when_spent, &looks);
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database_, sql, -1, &prepared, nullptr) != SQLITE_OK) return failure();
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  for (size_t i = 0; i < values.size(); ++i) {
    sqlite3_bind_text(prepared, static_cast<int>(i) + 1, values[i].data(),
                      static_cast<int>(values[i].size()), SQLITE_STATIC);
  }
  int status = SQLITE_ROW;
  while ((status = sqlite3_step(prepared)) == SQLITE_ROW) {
    std::vector<std::string_view> row;
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) {
      const auto* data = static_cast<const char*>(sqlite3_column_blob(prepared, i));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(prepared, i));
      row.push_back(data == nullptr ? std::string_view() : std::string_view(data, size));
    }
    if (!on_row(row)) return {};
  }
  if (status != SQLITE_DONE) return failure();
  return {};
}

}  // namespace stockade
