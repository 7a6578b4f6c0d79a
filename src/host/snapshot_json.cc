#include "host/snapshot_json.h"

#include <exception>

#include "host/snapshot_fields.h"

namespace stockade::host {

namespace {

constexpr std::string_view kSchema = "stockade/snapshot/1";
constexpr size_t kMaxBytes = 256ULL << 20;
constexpr size_t kMaxNesting = 32;

// The path table is private to itself, so it travels as three lists.
struct PathParts {
  std::map<std::string, PathFacts, std::less<>> facts;
  std::vector<std::string> absent;
  std::map<std::string, bool, std::less<>> walks;
};

template <class Archive>
void fields(Archive& archive, PathParts& p) {
  archive("facts", p.facts);
  archive("absent", p.absent);
  archive("walks", p.walks);
}

Json paths_to_json(const PathTable& table) {
  Json absent = Json::array();
  for (const auto& [path, unused] : table.absent_paths()) absent.push_back(JsonOut::of(path));
  return Json{{"facts", JsonOut::of(table.facts())},
              {"absent", std::move(absent)},
              {"walks", JsonOut::of(table.walks())}};
}

PathTable table_of(PathParts paths) {
  PathTable table;
  for (auto& [path, facts] : paths.facts) table.put(path, std::move(facts));
  for (std::string& path : paths.absent) table.put_absent(std::move(path));
  for (const auto& [path, complete] : paths.walks) table.put_walk(path, complete);
  return table;
}

tl::unexpected<Error> refuse(std::string_view name, std::string cause) {
  return fail({"read the snapshot", std::string(name), std::move(cause),
               "make it anew with `stockade snapshot`", 0});
}

// What is missing in a text keeps its default, so the schema must be the very one.
std::string schema_problem(const Json& json) {
  const auto schema = json.is_object() ? json.find("schema") : json.end();
  if (!json.is_object() || schema == json.end() || !schema->is_string()) {
    return "it is no snapshot: \"schema\" is missing";
  }
  const auto& found = schema->get_ref<const std::string&>();
  if (found == kSchema) return "";
  return fmt::format("its schema is {}; this program reads {}", found.substr(0, 80), kSchema);
}

Result<Snapshot> from_json(const Json& json, std::string_view name) {
  if (std::string problem = schema_problem(json); !problem.empty()) return refuse(name, problem);
  Snapshot snapshot;
  PathParts paths;
  JsonIn in(json);
  fields(in, snapshot);
  in("paths", paths);
  if (!in.problem().empty()) return refuse(name, in.problem());
  snapshot.paths = table_of(std::move(paths));
  snapshot.config = conf::evaluate(ReplayedFileSystem(snapshot.config_files), snapshot.environment);
  snapshot.servers = conf::collect_servers(snapshot.config);
  return snapshot;
}

}  // namespace

std::string write_snapshot(const Snapshot& snapshot) {
  JsonOut out;
  fields(out, const_cast<Snapshot&>(snapshot));  // NOLINT: fields() serves readers too
  Json json = std::move(out).take();
  json["schema"] = kSchema;
  json["paths"] = paths_to_json(snapshot.paths);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Snapshot> read_snapshot(std::string_view json, std::string_view name) {
  if (json.size() > kMaxBytes) return refuse(name, "it is larger than 256 MiB");
  if (nesting_of(json) > kMaxNesting) return refuse(name, "it nests deeper than any snapshot");
  try {
    return from_json(Json::parse(json), name);
  } catch (const std::exception& problem) {  // of the library, on a text that is no JSON
    return refuse(name, problem.what());
  }
}

}  // namespace stockade::host
