// Turns data/directives/*.toml into the rows of conf/directive_table.h.
//   generate_directives OUT.cc TABLE.toml...
// A mistake in the data ends the build with the file, the directive and what is accepted.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

namespace {

struct Row {
  std::string key;  // lower-case name, sections behind plain directives, for sorting
  std::string text;
  std::string replacement;
};

const std::map<std::string, std::string> kShapes = {
    {"raw", "raw"},     {"none", "none"},       {"1", "take1"},           {"2", "take2"},
    {"3", "take3"},     {"1-2", "take12"},      {"1,3", "take13"},        {"2-3", "take23"},
    {"1-3", "take123"}, {"iterate", "iterate"}, {"iterate2", "iterate2"}, {"flag", "flag"},
    {"argv", "argv"}};
const std::map<std::string, std::string> kOverrides = {{"None", "none"},
                                                       {"AuthConfig", "auth_config"},
                                                       {"FileInfo", "file_info"},
                                                       {"Indexes", "indexes"},
                                                       {"Limit", "limit"},
                                                       {"Options", "options"},
                                                       {"All", "any"}};
const std::map<std::string, std::string> kMerges = {
    {"replace", "replace"}, {"append", "append"},   {"prepend", "prepend"},
    {"overlay", "overlay"}, {"options", "options"}, {"unless-any", "unless_any"},
    {"authz", "authz"},     {"rewrite", "rewrite"}, {"none", "none"}};
const std::map<std::string, int> kContexts = {
    {"server", 1}, {"vhost", 2}, {"directory", 4}, {"htaccess", 8}, {"proxy", 16}};
const std::map<std::string, int> kSections = {{"vhost", 1}, {"directory", 2}, {"location", 4},
                                              {"files", 8}, {"if", 16},       {"limit", 32},
                                              {"proxy", 64}};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

template <class V>
const V& one_of(const std::map<std::string, V>& words, const std::string& word,
                const std::string& what) {
  const auto found = words.find(word);
  if (found != words.end()) return found->second;
  std::string accepted;
  for (const auto& [name, value] : words) accepted += " " + name;
  throw std::runtime_error(fmt::format("{} = \"{}\": accepted are{}", what, word, accepted));
}

// "2.4.49" -> 20449, "2.2" -> 20200.
int version_number(const std::string& text) {
  int major = 0, minor = 0, patch = 0;
  if (std::sscanf(text.c_str(), "%d.%d.%d", &major, &minor, &patch) < 2) {
    throw std::runtime_error("not a version: " + text);
  }
  return major * 10000 + minor * 100 + patch;
}

int bits_of(const std::string& words, const std::map<std::string, int>& known, const char* key) {
  int bits = 0;
  std::istringstream stream(words);
  for (std::string word; stream >> word;) bits |= one_of(known, word, key);
  return bits;
}

// "0..255", "1..": what the whole argument must be as a decimal number; "~0..": atoi, as httpd
// reads it here, so that a word is 0.
std::string range_of(std::string text) {
  if (text.empty()) return "{}";
  const bool lenient = text.front() == '~';
  if (lenient) text.erase(0, 1);
  const size_t dots = text.find("..");
  if (dots == std::string::npos) throw std::runtime_error("number = \"0..255\" or \"1..\"");
  const std::string last = text.substr(dots + 2);
  return fmt::format("NumberRange{{true, {}LL, {}, {}}}", text.substr(0, dots),
                     last.empty() ? "INT64_MAX" : last + "LL", lenient);
}

// The file's own since and until hold for its rows that have none.
Row read_row(const toml::table& file, const std::string& written_name, const toml::table& d) {
  const std::string module = file["module"].value_or(std::string());
  static const std::vector<std::string> kKeys = {"in",     "override", "args",   "merge",
                                                 "since",  "until",    "values", "read_time",
                                                 "number", "not_in",   "instead"};
  for (const auto& [key, value] : d) {
    if (std::find(kKeys.begin(), kKeys.end(), std::string(key.str())) == kKeys.end()) {
      throw std::runtime_error("unknown key " + std::string(key.str()));
    }
  }
  const bool section = written_name.front() == '<';
  const std::string name = section ? written_name.substr(1, written_name.size() - 2) : written_name;
  auto text = [&](const char* key, const char* fallback) {
    return d[key].value_or(std::string(fallback));
  };
  auto version = [&](const char* key) {
    const std::string own = d[key].value_or(file[key].value_or(std::string()));
    return own.empty() ? 0 : version_number(own);
  };
  return {
      lower(name) + (section ? "\x01" : ""),
      fmt::format("    {{\"{}\", \"{}\", {}, OverrideClass::{}, ArgShape::{}, MergeKind::{}, {}, "
                  "{}, {}, {}, \"{}\", {}, {}}},\n",
                  name, module, bits_of(text("in", ""), kContexts, "in"),
                  one_of(kOverrides, text("override", "None"), "override"),
                  one_of(kShapes, text("args", section ? "raw" : "1"), "args"),
                  one_of(kMerges, text("merge", section ? "none" : "replace"), "merge"), section,
                  d["read_time"].value_or(false), version("since"), version("until"),
                  text("values", ""), bits_of(text("not_in", ""), kSections, "not_in"),
                  range_of(text("number", ""))),
      d.contains("instead") ? fmt::format("    {{\"{}\", {}, {}, \"{}\"}},\n", name, section,
                                          version("until"), text("instead", ""))
                            : std::string()};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Row> rows;
  std::string modules;
  size_t module_count = 0;
  for (int i = 2; i < argc; ++i) {
    std::string where = argv[i];
    try {
      const toml::table file = toml::parse_file(argv[i]);
      const std::string module = file["module"].value_or(std::string());
      if (!file["former"].value_or(false)) {
        modules += fmt::format("    {{\"{}\", \"{}\"}},\n", module,
                               file["source"].value_or(std::string()));
        ++module_count;
      }
      const toml::table* directives = file["directives"].as_table();
      if (module.empty() || directives == nullptr) {
        throw std::runtime_error("needs module, source and [directives]");
      }
      for (const auto& [name, value] : *directives) {
        where = fmt::format("{}: {}", argv[i], name.str());
        if (!value.is_table()) throw std::runtime_error("is not a table");
        rows.push_back(read_row(file, std::string(name.str()), *value.as_table()));
      }
    } catch (const std::exception& error) {
      std::cerr << where << ": " << error.what() << "\n";
      return 1;
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.key < b.key; });
  std::ofstream out(argv[1]);
  out << "// Generated from data/directives/*.toml. Do not edit.\n"
         "#include \"conf/directive_table.h\"\n#include \"conf/directive_rows.h\"\n"
         "#include \"conf/versions.h\"\n"
         "namespace stockade::conf {\nconstinit const DirectiveInfo kDirectiveRows[] = {\n";
  for (const Row& row : rows) out << row.text;
  out << "};\nconst size_t kDirectiveRowCount = " << rows.size()
      << ";\nconstinit const ModuleInfo kModuleRows[] = {\n"
      << modules << "};\nconst size_t kModuleRowCount = " << module_count
      << ";\nconstinit const Replacement kReplacementRows[] = {\n";
  for (const Row& row : rows) out << row.replacement;
  out << "};\nconst size_t kReplacementRowCount = std::size(kReplacementRows);\n"
         "}  // namespace stockade::conf\n";
  return out.good() ? 0 : 1;
}
