// The plan of the house, held: who includes whom, which room a heavy header stays in, how long a
// file may be. The tables are cmake/layers.txt, heavy_headers.txt and long_files.txt.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/text.h"

namespace stockade::house {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestFile = 450;

fs::path source_dir() { return STOCKADE_SOURCE_DIR; }

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using Table = std::map<std::string, std::vector<std::string>, std::less<>>;

// "key: word word", '#' starts a comment.
Table read_table(const std::string& name) {
  Table table;
  const std::string text = read(source_dir() / "cmake" / name);
  for (std::string_view line : split(text, '\n')) {
    line = trim(line.substr(0, line.find('#')));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto& words = table[std::string(trim(line.substr(0, colon)))];
    for (std::string_view word : split_words(line.substr(colon + 1))) words.emplace_back(word);
  }
  return table;
}

struct Source {
  std::string path;  // below src/: "conf/config.h"
  std::string text;

  std::string room() const { return path.substr(0, path.find('/')); }
};

std::vector<Source> all_sources() {
  std::vector<Source> sources;
  for (const char* folder : {"src", "modules", "helpers"}) {
    const fs::path top = source_dir() / folder;
    if (!fs::exists(top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cc" && extension != ".h") continue;
      sources.push_back({fs::relative(entry.path(), top), read(entry.path())});
    }
  }
  return sources;
}

// What `#include` names: quoted ones or those in angle brackets.
std::vector<std::string> includes_of(const Source& source, char open, char close) {
  std::vector<std::string> names;
  for (std::string_view line : split(source.text, '\n')) {
    line = trim(line);
    if (!line.starts_with("#include")) continue;
    line = trim(line.substr(8));
    if (!line.starts_with(open)) continue;
    names.emplace_back(line.substr(1, line.find(close, 1) - 1));
  }
  return names;
}

bool is_test(const Source& source) { return source.path.ends_with("_test.cc"); }

TEST(Layers, NobodyIncludesUpwardOrSideways) {
  const Table layers = read_table("layers.txt");
  ASSERT_GE(layers.size(), 8u);
  const auto sources = all_sources();
  ASSERT_GE(sources.size(), 50u);
  for (const Source& source : sources) {
    const auto allowed = layers.find(source.room());
    ASSERT_NE(allowed, layers.end())
        << source.path << " is in a room that layers.txt does not list";
    for (const std::string& name : includes_of(source, '"', '"')) {
      const std::string room = name.substr(0, name.find('/'));
      const bool is_own = room == source.room() || name.find('/') == std::string::npos;
      const auto& rooms = allowed->second;
      EXPECT_TRUE(is_own || std::find(rooms.begin(), rooms.end(), room) != rooms.end())
          << source.path << " includes " << name;
    }
  }
}

TEST(Layers, TheTableItselfHasNoCircle) {
  const Table layers = read_table("layers.txt");
  std::set<std::string> below;  // rooms that stand already
  for (size_t rounds = layers.size(); rounds > 0; --rounds) {
    for (const auto& [room, needed] : layers) {
      if (std::all_of(needed.begin(), needed.end(),
                      [&](const std::string& other) { return below.contains(other); })) {
        below.insert(room);
      }
    }
  }
  for (const auto& [room, needed] : layers) {
    EXPECT_TRUE(below.contains(room)) << room << " needs itself, or a room that is not listed";
  }
}

TEST(Layers, HeavyHeadersStayInTheirRoom) {
  const Table heavy = read_table("heavy_headers.txt");
  ASSERT_GE(heavy.size(), 5u);
  for (const Source& source : all_sources()) {
    if (is_test(source)) continue;
    for (const std::string& name : includes_of(source, '<', '>')) {
      for (const auto& [header, places] : heavy) {
        if (name != header && !(header.ends_with('/') && name.starts_with(header))) continue;
        EXPECT_TRUE(
            std::any_of(places.begin(), places.end(),
                        [&](const std::string& place) { return source.path.starts_with(place); }))
            << source.path << " includes <" << name << ">";
      }
    }
  }
}

TEST(Layers, NoFileIsTooLongToRead) {
  const Table excused = read_table("long_files.txt");
  std::set<std::string> longer;
  for (const Source& source : all_sources()) {
    const auto lines =
        static_cast<size_t>(std::count(source.text.begin(), source.text.end(), '\n'));
    if (lines <= kLongestFile) continue;
    longer.insert(source.path);
    EXPECT_TRUE(excused.contains(source.path)) << source.path << " has " << lines << " lines";
  }
  for (const auto& [path, reason] : excused) {
    EXPECT_FALSE(reason.empty()) << path << " is excused without a reason";
    EXPECT_TRUE(longer.contains(path)) << path << " is short enough now: no need to excuse it";
  }
}

TEST(Layers, RulesIncludeNothingHeavy) {
  // A rule is compiled a hundred times over: these are all that its half second has room for.
  const std::set<std::string_view> rooms = {"base", "conf", "host", "finding", "rules"};
  for (const Source& source : all_sources()) {
    const auto depth = std::count(source.path.begin(), source.path.end(), '/');
    if (source.room() != "rules" || depth < 2 || is_test(source)) continue;
    for (const std::string& name : includes_of(source, '"', '"')) {
      EXPECT_TRUE(rooms.contains(name.substr(0, name.find('/')))) << source.path << ": " << name;
      EXPECT_NE(name, "rules/example.h") << source.path;
      EXPECT_NE(name, "conf/evaluate.h") << source.path;
    }
  }
}

}  // namespace
}  // namespace stockade::house
