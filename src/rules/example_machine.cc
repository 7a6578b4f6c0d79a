#include "rules/example_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rules/example_certificate.h"

namespace stockade::rules {

namespace {

using Words = std::vector<std::string_view>;
using Problem = std::optional<std::string>;

std::string_view word_at(const Words& words, size_t index) {
  return index < words.size() ? words[index] : std::string_view();
}

// What follows the first word, blanks kept.
std::string_view after_first(const Words& words, std::string_view fact) {
  return trim(fact.substr(static_cast<size_t>(words[0].data() - fact.data()) + words[0].size()));
}

// The value of "key=value" among the words, or "".
std::string_view option(const Words& words, std::string_view key) {
  for (std::string_view word : words) {
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=') {
      return word.substr(key.size() + 1);
    }
  }
  return "";
}

std::optional<uint32_t> number_at(const Words& words, size_t index) {
  const auto number = parse_number(word_at(words, index));
  if (!number || *number < 0 || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

std::optional<uint32_t> parse_octal(std::string_view text) {
  if (text.size() < 3 || text.size() > 4) return std::nullopt;
  uint32_t mode = 0;
  for (char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mode = mode * 8 + static_cast<uint32_t>(c - '0');
  }
  return mode;
}

// "2.4.57" -> 20457.
std::optional<uint32_t> parse_version(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 3) return std::nullopt;
  uint32_t version = 0;
  for (std::string_view part : parts) {
    const auto number = parse_number(part);
    if (!number || *number < 0 || *number > 99) return std::nullopt;
    version = version * 100 + static_cast<uint32_t>(*number);
  }
  return version;
}

// version 2.4.57
Problem add_version(ExampleMachine& machine, const Words& words) {
  const auto version = parse_version(words[1]);
  if (!version) return "a version is three numbers";
  machine.version = *version;
  return std::nullopt;
}

// env NAME=VALUE
Problem add_variable(ExampleMachine& machine, const Words& words) {
  const size_t equals = words[1].find('=');
  if (equals == std::string_view::npos) return "a variable is NAME=VALUE";
  machine.variables[std::string(words[1].substr(0, equals))] = words[1].substr(equals + 1);
  return std::nullopt;
}

// user NAME UID [GID] [shell=PATH] [home=PATH] [locked]
Problem add_user(ExampleMachine& machine, const Words& words) {
  const auto uid = number_at(words, 2);
  if (!uid) return "a user is \"user NAME UID [GID] [shell=...] [home=...] [locked]\"";
  host::Account account;
  account.name = words[1];
  account.uid = *uid;
  account.gid = number_at(words, 3).value_or(*uid);
  account.home = option(words, "home");
  account.shell = option(words, "shell");
  account.locked = words.back() == "locked";
  const bool has_group =
      std::any_of(machine.groups.begin(), machine.groups.end(),
                  [&](const host::Group& group) { return group.gid == account.gid; });
  if (!has_group) machine.groups.push_back({account.name, account.gid, {}});
  std::erase_if(machine.accounts,
                [&](const host::Account& known) { return known.name == account.name; });
  machine.accounts.push_back(std::move(account));
  return std::nullopt;
}

// group NAME GID [MEMBER ...]
Problem add_group(ExampleMachine& machine, const Words& words) {
  const auto gid = number_at(words, 2);
  if (!gid) return "a group is \"group NAME GID [MEMBER ...]\"";
  host::Group group{std::string(words[1]), *gid, {}};
  for (size_t i = 3; i < words.size(); ++i) group.members.emplace_back(words[i]);
  std::erase_if(machine.groups, [&](const host::Group& known) { return known.name == group.name; });
  machine.groups.push_back(std::move(group));
  return std::nullopt;
}

// socket ADDRESS:PORT [PROCESS]
Problem add_socket(ExampleMachine& machine, const Words& words) {
  const size_t colon = words[1].rfind(':');
  const auto port =
      colon == std::string_view::npos ? std::nullopt : parse_number(words[1].substr(colon + 1));
  if (!port) return "a socket is \"socket ADDRESS:PORT [PROCESS]\"";
  machine.sockets.push_back({std::string(words[1].substr(0, colon)), static_cast<uint16_t>(*port),
                             std::string(word_at(words, 2))});
  return std::nullopt;
}

// process NAME PID PARENT UID [exe=PATH] [maps=PATH] [deleted=PATH]
Problem add_process(ExampleMachine& machine, const Words& words) {
  const auto pid = number_at(words, 2);
  const auto parent = number_at(words, 3);
  const auto uid = number_at(words, 4);
  if (!pid || !parent || !uid) return "a process is \"process NAME PID PARENT UID ...\"";
  host::Process process;
  process.name = words[1];
  process.pid = *pid;
  process.parent = *parent;
  process.uid = process.gid = *uid;
  process.executable = option(words, "exe");
  for (std::string_view key : {"maps", "deleted"}) {
    const std::string_view file = option(words, key);
    if (file.empty()) continue;
    process.mapped.emplace_back(file);
    if (key == "deleted") process.deleted_mapped.emplace_back(file);
  }
  machine.processes.push_back(std::move(process));
  return std::nullopt;
}

// php PROGRAM FILE [NAME=VALUE ...]
Problem add_php(ExampleMachine& machine, const Words& words) {
  if (words.size() < 3) return "php settings are \"php PROGRAM FILE NAME=VALUE ...\"";
  host::PhpSettings settings{std::string(words[1]), std::string(words[2]), {}};
  for (size_t i = 3; i < words.size(); ++i) {
    const size_t equals = words[i].find('=');
    if (equals == std::string_view::npos) return "a php setting is NAME=VALUE";
    settings.values[std::string(words[i].substr(0, equals))] = words[i].substr(equals + 1);
  }
  machine.php.push_back(std::move(settings));
  return std::nullopt;
}

// packaged PATH ok|modified
Problem add_packaged(ExampleMachine& machine, const Words& words) {
  const std::string_view state = word_at(words, 2);
  if (state != "ok" && state != "modified") return "a packaged file is \"ok\" or \"modified\"";
  const std::string path(words[1]);
  machine.files.try_emplace(path);
  machine.package_states[path] = state;
  return std::nullopt;
}

struct RecordKind {
  std::string_view name;
  Problem (*add)(ExampleMachine&, const Words&);
};
constexpr RecordKind kRecordKinds[] = {
    {"version", add_version}, {"env", add_variable},      {"user", add_user},
    {"group", add_group},     {"socket", add_socket},     {"process", add_process},
    {"php", add_php},         {"packaged", add_packaged},
};

void set_mode_or_owner(ExampleFile& file, std::string_view word) {
  if (const auto mode = parse_octal(word)) {
    file.mode = *mode;
    return;
  }
  const size_t colon = word.find(':');
  file.owner = word.substr(0, colon);
  file.group = colon == std::string_view::npos ? file.owner : std::string(word.substr(colon + 1));
}

}  // namespace

const host::Certificate* ExampleMachine::certificate(std::string_view file) const {
  const auto found =
      std::find_if(certificates.begin(), certificates.end(),
                   [&](const host::Certificate& known) { return known.file == file; });
  return found == certificates.end() ? nullptr : &*found;
}

ExampleMachine default_machine() {
  ExampleMachine machine;
  machine.accounts = {{"root", 0, 0, "/root", "/bin/bash", false},
                      {"www-data", 33, 33, "/var/www", "/usr/sbin/nologin", true}};
  machine.groups = {{"root", 0, {}}, {"www-data", 33, {}}};
  machine.variables = {{"APACHE_RUN_USER", "www-data"},
                       {"APACHE_RUN_GROUP", "www-data"},
                       {"APACHE_PID_FILE", "/var/run/apache2/apache2.pid"},
                       {"APACHE_RUN_DIR", "/var/run/apache2"},
                       {"APACHE_LOCK_DIR", "/var/lock/apache2"},
                       {"APACHE_LOG_DIR", "/var/log/apache2"}};
  return machine;
}

std::optional<std::string> add_fact(ExampleMachine& machine, std::string_view fact) {
  const Words words = split_words(fact);
  if (words.empty()) return "nothing after \"#:\"";
  const std::string_view kind = words[0];
  if (words.size() == 1) return fmt::format("\"{}\" needs a word after it, or is unknown", kind);
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  const auto append = [&](std::vector<std::string>& list) {
    list.insert(list.end(), rest.begin(), rest.end());
    return std::nullopt;
  };
  if (kind == "with") return append(machine.with);
  if (kind == "without") return append(machine.without);
  if (kind == "define") return append(machine.defines);
  if (kind == "certificate") return add_certificate(machine, fact);
  if (kind == "unknown") {
    machine.unknown.insert(rest.begin(), rest.end());
  } else if (kind == "mpm") {
    machine.mpm = rest.front();
  } else if (kind == "package") {
    machine.package = after_first(words, fact);
  } else {
    for (const RecordKind& record : kRecordKinds) {
      if (record.name == kind) return record.add(machine, words);
    }
    return fmt::format("\"{}\" is no fact of a machine", kind);
  }
  return std::nullopt;
}

std::optional<std::string> add_file(ExampleMachine& machine, std::string_view fact) {
  const Words words = split_words(fact);
  const std::string path(word_at(words, 1));
  if (!path.starts_with('/')) return "a path starts with '/'";
  const FileType type = words[0] == "file"  ? FileType::regular
                        : words[0] == "dir" ? FileType::directory
                                            : FileType::symlink;
  ExampleFile& file = machine.files[path];
  if (file.type != type || type != FileType::regular) file = ExampleFile();
  file.type = type;
  if (type == FileType::symlink) {
    if (words.size() != 4 || words[2] != "->") return "a link is \"link PATH -> TARGET\"";
    file.mode = 0777;
    file.target = words[3];
    return std::nullopt;
  }
  if (type == FileType::directory) file.mode = 0755;
  for (size_t i = 2; i < words.size() && words[i] != "="; ++i) set_mode_or_owner(file, words[i]);
  if (const size_t equals = fact.find(" = "); equals != std::string_view::npos) {
    file.content = std::string(fact.substr(equals + 3)) + "\n";
    file.has_content = true;
  }
  return std::nullopt;
}

}  // namespace stockade::rules
