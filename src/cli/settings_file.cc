#include "cli/settings_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cerrno>

#include "base/live_file_system.h"

namespace stockade::cli {
namespace {

constexpr uint64_t kLongestFile = 1 << 20;  // bytes
using Lines = std::vector<SettingLine>;

std::string place(const std::string& file, const toml::source_region& source) {
  return fmt::format("{}:{}", file, source.begin.line);
}

// A scalar as text; nothing for a date or a table.
bool add_value(const toml::node& node, std::vector<std::string>& values) {
  if (const auto* text = node.as_string()) {
    values.push_back(text->get());
  } else if (const auto* number = node.as_integer()) {
    values.push_back(std::to_string(number->get()));
  } else if (const auto* truth = node.as_boolean()) {
    values.emplace_back(truth->get() ? "true" : "false");
  } else {
    return false;
  }
  return true;
}

Result<void> add_key(const std::string& file, const std::string& key, const toml::node& node,
                     Lines& lines) {
  SettingLine line{key, {}, place(file, node.source())};
  bool understood = true;
  if (const auto* array = node.as_array()) {
    for (const toml::node& entry : *array) understood = add_value(entry, line.values) && understood;
  } else {
    understood = add_value(node, line.values);
  }
  if (!understood) {
    return fail({"use the setting in", line.origin, key + " is no text, number or list of them",
                 "see: stockade settings"});
  }
  lines.push_back(std::move(line));
  return {};
}

Result<void> add_table(const std::string& file, const std::string& prefix, const toml::table& table,
                       Lines& lines) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const auto* inner = node.as_table();
    Result<void> added = inner != nullptr && prefix.empty()
                             ? add_table(file, key + ".", *inner, lines)
                             : add_key(file, key, node, lines);
    if (!added) return added;
  }
  return {};
}

Result<void> read_one(const LiveFileSystem& files, const std::string& file, Lines& lines) {
  auto text = files.read(file, kLongestFile);
  if (!text) return tl::make_unexpected(text.error());
  try {
    return add_table(file, "", toml::parse(*text, file), lines);
  } catch (const toml::parse_error& error) {
    return fail({"read Stockade's settings in", place(file, error.source()),
                 std::string(error.description()), "it is a TOML file: https://toml.io"});
  }
}

}  // namespace

Result<std::vector<SettingLine>> read_settings_files(const std::string& folder) {
  const LiveFileSystem files;
  Lines lines;
  std::vector<std::string> names;
  if (const std::string main = folder + "/stockade.toml"; files.status(main)) {
    names.push_back(main);
  } else if (const auto state = files.status(main); state.error().code != ENOENT) {
    return tl::make_unexpected(state.error());
  }
  if (const auto more = files.list(folder + "/conf.d")) {
    for (const std::string& name : *more) {
      if (name.ends_with(".toml")) names.push_back(folder + "/conf.d/" + name);
    }
  } else if (more.error().code != ENOENT) {
    return tl::make_unexpected(more.error());
  }
  for (const std::string& name : names) {
    if (auto read = read_one(files, name, lines); !read) return tl::make_unexpected(read.error());
  }
  return lines;
}

}  // namespace stockade::cli
