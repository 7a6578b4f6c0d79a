// Turns data/signatures/*.toml into the rows of logs/recognise/signature.h.
//   generate_signatures OUT.cc FILE.toml...
// A mistake in the data ends the build with the file, the id and what is accepted.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

namespace {

const std::set<std::string> kParts = {"path", "query", "agent", "referer", "request"};

std::string literal(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\' || c == '?') {
      out += fmt::format("\\{:03o}", byte);
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

std::string text_of(const toml::table& row, const char* key) {
  const auto value = row[key].value<std::string>();
  if (!value || value->empty()) throw std::runtime_error(fmt::format("needs {} = \"...\"", key));
  return *value;
}

std::vector<std::string> list_of(const toml::table& row, const char* key, bool required) {
  std::vector<std::string> words;
  const toml::array* list = row[key].as_array();
  if (list == nullptr && required) throw std::runtime_error(fmt::format("needs {} = [...]", key));
  if (list == nullptr) return words;
  for (const toml::node& node : *list) {
    const auto word = node.value<std::string>();
    if (!word || word->empty()) throw std::runtime_error(fmt::format("{}: only texts", key));
    words.push_back(*word);
  }
  if (words.empty() && required) throw std::runtime_error(fmt::format("{} is empty", key));
  return words;
}

// "a\0b\0": one text for a whole list, split at run time.
std::string joined(const std::vector<std::string>& words) {
  if (words.empty()) return "{}";
  std::string out = "{";
  for (const std::string& word : words) out += literal(word) + ", ";
  return out + "}";
}

std::string parts_of(const toml::table& row) {
  std::string out;
  for (const std::string& part : list_of(row, "in", true)) {
    if (!kParts.contains(part)) {
      throw std::runtime_error("in: accepted are path query agent referer request");
    }
    out += (out.empty() ? "" : " | ") + std::string("kIn_") + part;
  }
  return out;
}

struct Rows {
  std::string lists, rows;
  std::set<std::string> ids;
};

std::string list_constant(Rows& rows, const std::string& id, const char* what,
                          const std::vector<std::string>& words) {
  if (words.empty()) return "{}";
  std::string name = fmt::format("k_{}_{}", what, id);
  std::replace(name.begin(), name.end(), '-', '_');
  rows.lists += fmt::format("constexpr std::string_view {}[] = {};\n", name, joined(words));
  return name;
}

void read_row(const toml::table& row, const std::string& family, Rows& rows) {
  static const std::set<std::string_view> kKeys = {"id",      "title",  "in",       "literals",
                                                   "pattern", "weight", "positive", "negative"};
  for (const auto& [key, value] : row) {
    if (!kKeys.contains(key.str())) {
      throw std::runtime_error("unknown key " + std::string(key.str()));
    }
  }
  const std::string id = text_of(row, "id");
  const auto weight = row["weight"].value<int64_t>().value_or(0);
  if (weight < 1 || weight > 10) throw std::runtime_error("weight: 1 to 10");
  const std::vector<std::string> literals = list_of(row, "literals", true);
  for (const std::string& word : literals) {
    if (std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      throw std::runtime_error("texts are compared in small letters: " + word);
    }
  }
  rows.rows += fmt::format("    {{{}, {}, Family::{}, {}, {}, {}, {}, {}, {}}},\n", literal(id),
                           literal(text_of(row, "title")), family, parts_of(row), weight,
                           list_constant(rows, id, "literals", literals),
                           literal(row["pattern"].value<std::string>().value_or("")),
                           list_constant(rows, id, "positive", list_of(row, "positive", true)),
                           list_constant(rows, id, "negative", list_of(row, "negative", false)));
}

void read_file(const char* path, Rows& rows) {
  std::string where = path;
  try {
    const toml::table file = toml::parse_file(path);
    std::string family = text_of(file, "family");
    std::replace(family.begin(), family.end(), '-', '_');
    const toml::array* signatures = file["signature"].as_array();
    if (signatures == nullptr) throw std::runtime_error("needs [[signature]]");
    for (const toml::node& node : *signatures) {
      const toml::table& row = node.ref<toml::table>();
      const std::string id = text_of(row, "id");
      where = fmt::format("{}: {}", path, id);
      if (!rows.ids.insert(id).second) throw std::runtime_error("stands there twice");
      read_row(row, family, rows);
    }
  } catch (const std::exception& error) {
    std::cerr << where << ": " << error.what() << "\n";
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  Rows rows;
  for (int i = 2; i < argc; ++i) read_file(argv[i], rows);
  std::ofstream out(argv[1]);
  out << "// Generated from data/signatures/*.toml. Do not edit.\n"
         "#include \"logs/recognise/signature.h\"\nnamespace stockade::logs {\nnamespace {\n"
      << rows.lists << "constexpr Signature kSignatures[] = {\n"
      << rows.rows
      << "};\n}  // namespace\n"
         "std::span<const Signature> signatures() { return kSignatures; }\n"
         "}  // namespace stockade::logs\n";
  return out.good() ? 0 : 1;
}
