// Turns data/compliance/*.toml into the rows of audit/compliance.h.
//   generate_controls OUT.cc cis.toml stig.toml
// A mistake in the data ends the build with the file, the id and what is accepted.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

namespace {

const std::map<std::string, std::string> kDecided = {
    {"rules", "rules"}, {"manual", "manual"}, {"not-applicable", "not_applicable"}};

std::string literal(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

std::string text_of(const toml::table& row, const char* key) {
  const auto value = row[key].value<std::string>();
  if (!value || value->empty()) throw std::runtime_error(fmt::format("needs {} = \"...\"", key));
  return *value;
}

std::string read_row(const toml::table& row) {
  for (const auto& [key, value] : row) {
    static const std::set<std::string_view> kKeys = {"id", "title", "decided", "text"};
    if (!kKeys.contains(key.str()))
      throw std::runtime_error("unknown key " + std::string(key.str()));
  }
  const auto decided = kDecided.find(text_of(row, "decided"));
  if (decided == kDecided.end()) {
    throw std::runtime_error("decided: accepted are rules manual not-applicable");
  }
  return fmt::format("    {{{}, {}, Control::Decided::{}, {}}},\n", literal(text_of(row, "id")),
                     literal(text_of(row, "title")), decided->second,
                     literal(text_of(row, "text")));
}

std::string read_table(const char* path, const std::string& name) {
  std::string rows;
  std::set<std::string> ids;
  std::string where = path;
  try {
    const toml::table file = toml::parse_file(path);
    const toml::array* controls = file["control"].as_array();
    if (controls == nullptr) throw std::runtime_error("needs [[control]]");
    for (const toml::node& node : *controls) {
      const toml::table& row = node.ref<toml::table>();
      const std::string id = text_of(row, "id");
      where = fmt::format("{}: {}", path, id);
      if (!ids.insert(id).second) throw std::runtime_error("stands there twice");
      rows += read_row(row);
    }
  } catch (const std::exception& error) {
    std::cerr << where << ": " << error.what() << "\n";
    std::exit(1);
  }
  return fmt::format("constexpr Control {}[] = {{\n{}}};\n", name, rows);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::ofstream out(argv[1]);
  out << "// Generated from data/compliance/*.toml. Do not edit.\n"
         "#include \"audit/compliance.h\"\nnamespace stockade::audit {\nnamespace {\n"
      << read_table(argv[2], "kCis") << read_table(argv[3], "kStig")
      << "}  // namespace\n"
         "std::span<const Control> controls(Benchmark benchmark) {\n"
         "  return benchmark == Benchmark::cis ? std::span<const Control>(kCis) : kStig;\n"
         "}\n}  // namespace stockade::audit\n";
  return out.good() ? 0 : 1;
}
