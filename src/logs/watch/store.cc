#include "logs/watch/store.h"

#include <fmt/format.h>

#include <cstring>

#include "logs/incident/json.h"
#include "logs/recognise/hash.h"

namespace stockade::logs {

namespace {

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS log(path TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT '',"
    " lines INTEGER NOT NULL DEFAULT 0, understood INTEGER NOT NULL DEFAULT 0,"
    " events INTEGER NOT NULL DEFAULT 0, gaps INTEGER NOT NULL DEFAULT 0,"
    " cut_lines INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS incident(id INTEGER PRIMARY KEY, last INTEGER NOT NULL, json TEXT "
    "NOT NULL);"
    "CREATE INDEX IF NOT EXISTS incident_last ON incident(last);"
    "CREATE TABLE IF NOT EXISTS client(slot INTEGER PRIMARY KEY, state BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS client_group(slot INTEGER PRIMARY KEY, state BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS hashes(layout INTEGER NOT NULL, key INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS event(id INTEGER PRIMARY KEY, log TEXT NOT NULL, line INTEGER NOT "
    "NULL,"
    " time INTEGER NOT NULL, family TEXT NOT NULL, source TEXT NOT NULL);"
    "PRAGMA user_version=1";

static_assert(std::is_trivially_copyable_v<Client> && std::is_trivially_copyable_v<Group>);
// Of Client and Group and of what is hashed in them; what another one wrote is begun anew.
constexpr int64_t kLayout = 1;

template <class Row>
std::string_view bytes_of_row(const Row& row) {
  return {reinterpret_cast<const char*>(&row), sizeof row};
}

// Each row of a table of slots and states, into the table in memory.
template <class Row, class Table>
Result<void> restore_rows(Result<Database::Statement> query, Table& table) {
  if (!query) return tl::make_unexpected(query.error());
  for (auto more = query->step();; more = query->step()) {
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    Row row;
    const std::string_view bytes = query->bytes(1);
    if (bytes.size() != sizeof row) continue;
    std::memcpy(static_cast<void*>(&row), bytes.data(), sizeof row);
    table.restore(static_cast<size_t>(query->number(0)), row);
  }
  query->reset();
  return {};
}

constexpr Micros kOpenFor = 86'400 * kSecond;  // after its last line an incident may go on

}  // namespace

Result<Store> Store::open(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return tl::make_unexpected(database.error());
  if (auto done = database->run(kTables); !done) return tl::make_unexpected(done.error());
  return Store(std::move(*database));
}

Result<Store> Store::open_to_read(const std::string& path) {
  auto database = Database::open_to_read(path);
  if (!database) return tl::make_unexpected(database.error());
  return Store(std::move(*database));
}

// A journal's state: when it was looked at, as of every log, then its cursor.
Result<std::string> Store::cursor_of(const std::string& journal) {
  return text_of(journal).map([](std::string text) {
    if (text.starts_with("looked ")) text.erase(0, text.find('\n') + 1);
    return text;
  });
}

Result<std::string> Store::text_of(const std::string& log) {
  auto query = database_.prepare("SELECT state FROM log WHERE path=?1");
  if (!query) return tl::make_unexpected(query.error());
  const auto row = query->bind(1, log).step();
  if (!row) return tl::make_unexpected(row.error());
  std::string state;
  if (*row) state = query->bytes(0);
  query->reset();
  return state;
}

Result<FollowState> Store::state_of(const std::string& log) {
  return text_of(log).map([](const std::string& text) { return follow_state_from_text(text); });
}

Result<LogCounts> Store::counts_of(const std::string& log) {
  auto query =
      database_.prepare("SELECT lines,understood,events,gaps,cut_lines FROM log WHERE path=?1");
  if (!query) return tl::make_unexpected(query.error());
  const auto row = query->bind(1, log).step();
  if (!row) return tl::make_unexpected(row.error());
  LogCounts counts;
  if (*row) {
    counts.lines = static_cast<uint64_t>(query->number(0));
    counts.understood = static_cast<uint64_t>(query->number(1));
    counts.events = static_cast<uint64_t>(query->number(2));
    counts.gaps = static_cast<uint64_t>(query->number(3));
    counts.cut_lines = static_cast<uint64_t>(query->number(4));
  }
  query->reset();
  return counts;
}

Result<void> Store::load_key() {
  auto query = database_.prepare("SELECT key FROM hashes WHERE layout=?1");
  if (!query) return tl::make_unexpected(query.error());
  const auto row = query->bind(1, kLayout).step();
  if (!row) return tl::make_unexpected(row.error());
  if (*row) use_hash_key(static_cast<uint64_t>(query->number(0)));
  const bool is_known = *row;
  query->reset();
  if (is_known) return {};
  if (auto done = database_.run("DELETE FROM client; DELETE FROM client_group; DELETE FROM hashes");
      !done)
    return done;
  auto insert = database_.prepare("INSERT INTO hashes(layout,key) VALUES(?1,?2)");
  if (!insert) return tl::make_unexpected(insert.error());
  return insert->bind(1, kLayout).bind(2, static_cast<int64_t>(hash_key())).run();
}

Result<void> Store::load(IncidentBook& book, Tracker& tracker) {
  if (auto done = load_key(); !done) return done;
  auto done =
      restore_rows<Client>(database_.prepare("SELECT slot,state FROM client"), tracker.clients());
  if (!done) return done;
  done = restore_rows<Group>(database_.prepare("SELECT slot,state FROM client_group"),
                             tracker.groups());
  if (!done) return done;
  tracker.remember_changes();
  auto newest = database_.prepare("SELECT coalesce(max(last),0),coalesce(max(id),0) FROM incident");
  if (!newest) return tl::make_unexpected(newest.error());
  const auto row = newest->step();
  if (!row) return tl::make_unexpected(row.error());
  const Micros last = newest->number(0);
  const auto next = static_cast<uint64_t>(newest->number(1)) + 1;
  newest->reset();
  auto open = incidents(last - kOpenFor);
  if (!open) return tl::make_unexpected(open.error());
  for (Incident& incident : *open) {
    if (book.size() < IncidentBook::kMostIncidents) book.restore(std::move(incident));
  }
  book.set_next_id(next);
  return {};
}

Result<std::vector<Incident>> Store::incidents(Micros since) {
  auto query = database_.prepare("SELECT json FROM incident WHERE last>=?1 ORDER BY last DESC");
  if (!query) return tl::make_unexpected(query.error());
  query->bind(1, static_cast<int64_t>(since));
  std::vector<Incident> incidents;
  for (auto row = query->step();; row = query->step()) {
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) break;
    if (auto incident = incident_from_json(query->bytes(0)))
      incidents.push_back(std::move(*incident));
  }
  query->reset();
  return incidents;
}

Result<std::optional<Incident>> Store::incident(uint64_t id) {
  auto query = database_.prepare("SELECT json FROM incident WHERE id=?1");
  if (!query) return tl::make_unexpected(query.error());
  const auto row = query->bind(1, static_cast<int64_t>(id)).step();
  if (!row) return tl::make_unexpected(row.error());
  std::optional<Incident> found;
  if (*row) found = incident_from_json(query->bytes(0));
  query->reset();
  return found;
}

Result<uint64_t> Store::incidents_before(Micros time) {
  auto query = database_.prepare("SELECT count(*) FROM incident WHERE last<?1");
  if (!query) return tl::make_unexpected(query.error());
  const auto row = query->bind(1, static_cast<int64_t>(time)).step();
  if (!row) return tl::make_unexpected(row.error());
  const auto count = static_cast<uint64_t>(query->number(0));
  query->reset();
  return count;
}

Result<std::map<std::string, Micros>> Store::read_until() {
  auto query = database_.prepare("SELECT path,state FROM log");
  if (!query) return tl::make_unexpected(query.error());
  std::map<std::string, Micros> until;
  for (auto row = query->step();; row = query->step()) {
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) break;
    until[std::string(query->bytes(0))] = follow_state_from_text(query->bytes(1)).looked;
  }
  query->reset();
  return until;
}

Result<void> Store::write(const Changes& changes, Tracker& tracker) {
  const auto each = [&](const char* sql, const auto& rows, const auto& bind) -> Result<void> {
    if (rows.empty()) return {};
    auto statement = database_.prepare(sql);
    if (!statement) return tl::make_unexpected(statement.error());
    for (const auto& row : rows) {
      bind(*statement, row);
      if (auto done = statement->run(); !done) return done;
    }
    return {};
  };
  using Statement = Database::Statement;
  constexpr const char* kPlace =
      "INSERT INTO log(path,state) VALUES(?1,?2) ON CONFLICT(path) DO UPDATE SET state=?2";
  auto done = each(kPlace, changes.states, [](Statement& s, const auto& row) {
    s.bind(1, row.first).bind(2, to_text(row.second));
  });
  if (!done) return done;
  done = each(kPlace, changes.cursors, [&](Statement& s, const auto& row) {
    s.bind(1, row.first).bind(2, fmt::format("looked {}\n{}", changes.looked, row.second));
  });
  if (!done) return done;
  done = each("UPDATE log SET lines=?2,understood=?3,events=?4,gaps=?5,cut_lines=?6 WHERE path=?1",
              changes.counts, [](Statement& s, const auto& row) {
                const LogCounts& counts = row.second;
                s.bind(1, row.first).bind(2, static_cast<int64_t>(counts.lines));
                s.bind(3, static_cast<int64_t>(counts.understood))
                    .bind(4, static_cast<int64_t>(counts.events));
                s.bind(5, static_cast<int64_t>(counts.gaps))
                    .bind(6, static_cast<int64_t>(counts.cut_lines));
              });
  if (!done) return done;
  done = each(
      "INSERT OR REPLACE INTO incident(id,last,json) VALUES(?1,?2,?3)", changes.incidents,
      [](Statement& s, const Incident* incident) {
        s.bind(1, static_cast<int64_t>(incident->id)).bind(2, static_cast<int64_t>(incident->last));
        s.bind(3, incident_json(*incident, {}));
      });
  if (!done) return done;
  const auto put_slots = [&](const char* sql, const std::vector<uint32_t>& slots, auto& table) {
    return each(sql, slots, [&](Statement& s, uint32_t slot) {
      s.bind(1, static_cast<int64_t>(slot)).bind(2, bytes_of_row(table.at(slot)));
    });
  };
  done = put_slots("INSERT OR REPLACE INTO client(slot,state) VALUES(?1,?2)", changes.clients,
                   tracker.clients());
  if (!done) return done;
  done = put_slots("INSERT OR REPLACE INTO client_group(slot,state) VALUES(?1,?2)", changes.groups,
                   tracker.groups());
  if (!done) return done;
  done = each("INSERT INTO event(log,line,time,family,source) VALUES(?1,?2,?3,?4,?5)",
              changes.events, [](Statement& s, const StoredEvent& row) {
                s.bind(1, row.log).bind(2, static_cast<int64_t>(row.event.line));
                s.bind(3, static_cast<int64_t>(row.event.time)).bind(4, name_of(row.event.family));
                s.bind(5, row.event.has_source ? row.event.source.text() : "");
              });
  if (!done || changes.forget_before == 0) return done;
  for (const char* sql :
       {"DELETE FROM event WHERE time<?1", "DELETE FROM incident WHERE last<?1"}) {
    done = each(sql, std::vector<Micros>{changes.forget_before},
                [](Statement& s, Micros before) { s.bind(1, static_cast<int64_t>(before)); });
    if (!done) return done;
  }
  return {};
}

Result<void> Store::commit(const Changes& changes, Tracker& tracker) {
  if (auto done = database_.run("BEGIN IMMEDIATE"); !done) return done;
  auto done = write(changes, tracker);
  if (done) done = database_.run("COMMIT");
  if (!done) (void)database_.run("ROLLBACK");
  return done;
}

}  // namespace stockade::logs
