#include "host/layout.h"

#include <unistd.h>

#include <cerrno>
#include <climits>

#include "base/live_file_system.h"
#include "base/text.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxProgram = 64 << 20;
constexpr uint64_t kMaxConfig = 1 << 30;

struct Habit {
  const char* config_file;
  const char* server_root;
  const char* vendor;
  const char* binary;
  const char* envvars;
  const char* sysconfig;
};
constexpr Habit kHabits[] = {
    {"/etc/apache2/apache2.conf", "/etc/apache2", "debian", "/usr/sbin/apache2",
     "/etc/apache2/envvars", ""},
    {"/etc/httpd/conf/httpd.conf", "/etc/httpd", "rhel", "/usr/sbin/httpd", "",
     "/etc/sysconfig/httpd"},
    {"/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2", "source",
     "/usr/local/apache2/bin/httpd", "/usr/local/apache2/bin/envvars", ""},
    {"/etc/apache2/httpd.conf", "/etc/apache2", "", "/usr/sbin/httpd", "",
     "/etc/sysconfig/apache2"},
    {"/usr/local/etc/apache24/httpd.conf", "/usr/local", "", "/usr/local/sbin/httpd", "", ""},
};

bool is_file(const FileSystem& files, std::string_view path) {
  const auto status = files.status(path);
  return status && status->type == FileType::regular;
}
// Also one that may not be looked at: its folder is closed to this user.
bool may_be_file(const FileSystem& files, std::string_view path) {
  const auto status = files.status(path);
  return status ? status->type == FileType::regular
                : status.error().code != ENOENT && status.error().code != ENOTDIR;
}

std::string from_working_directory(const std::string& path) {
  char here[PATH_MAX];
  if (path.starts_with('/') || getcwd(here, sizeof here) == nullptr) return normal_path(path);
  return absolute_path(here, path);
}

const Habit* habit_of(std::string_view config_file) {
  for (const Habit& habit : kHabits) {
    if (config_file == habit.config_file) return &habit;
  }
  return nullptr;
}

// The ServerRoot that a main configuration file names, or "".
std::string server_root_in(std::string_view text) {
  for (std::string_view line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() != 2 || !equals_ignoring_case(words[0], "ServerRoot")) continue;
    std::string_view root = words[1];
    if (root.size() > 1 && root.front() == '"' && root.back() == '"') {
      root = root.substr(1, root.size() - 2);
    }
    if (root.starts_with('/')) return normal_path(root);
  }
  return "";
}

// What httpd takes relative paths against before a ServerRoot says otherwise.
std::string root_above(std::string_view config_file) {
  const std::string_view directory = parent_path(config_file);
  return std::string(file_name(directory) == "conf" ? parent_path(directory) : directory);
}

void adopt(Layout& layout, const Habit& habit, const FileSystem& files) {
  layout.vendor = habit.vendor;
  layout.server_root = habit.server_root;
  layout.envvars = habit.envvars;
  layout.sysconfig = habit.sysconfig;
  if (is_file(files, habit.binary)) layout.binary = habit.binary;
}

void read_program(Layout& layout, const FileSystem& files) {
  if (layout.binary.empty()) return;
  const auto bytes = files.read(layout.binary, kMaxProgram);
  if (!bytes) return;
  layout.program = read_httpd_binary(*bytes);
  if (!layout.program.server_root.empty()) layout.server_root = layout.program.server_root;
}

Layout layout_of(std::string config_file, std::string mounted_at, const FileSystem& files) {
  Layout layout;
  layout.config_file = std::move(config_file);
  layout.mounted_at = std::move(mounted_at);
  layout.server_root = root_above(layout.config_file);
  if (const Habit* habit = habit_of(layout.config_file)) adopt(layout, *habit, files);
  read_program(layout, files);
  return layout;
}

// The configuration that the installed program was built to read.
std::string built_in_config(const FileSystem& files) {
  for (const Habit& habit : kHabits) {
    const auto bytes = files.read(habit.binary, kMaxProgram);
    if (!bytes) continue;
    const HttpdBinary program = read_httpd_binary(*bytes);
    if (program.config_file.empty()) continue;
    std::string path = absolute_path(program.server_root, program.config_file);
    if (may_be_file(files, path)) return path;
  }
  return "";
}

Result<Layout> search(const FileSystem& files, const std::string& where) {
  const Habit* first = nullptr;
  for (const Habit& habit : kHabits) {
    if (!may_be_file(files, habit.config_file)) continue;
    if (first == nullptr) first = &habit;
    if (is_file(files, habit.binary)) return layout_of(habit.config_file, "/", files);
  }
  if (first != nullptr) return layout_of(first->config_file, "/", files);
  if (std::string path = built_in_config(files); !path.empty()) {
    return layout_of(std::move(path), "/", files);
  }
  std::vector<std::string> tried;
  for (const Habit& habit : kHabits) tried.emplace_back(habit.config_file);
  return fail({"find a configuration of httpd", where, "there is none of " + join(tried, ", "),
               "name it with --config FILE, or a copy of its folder with --root DIR", 0});
}

// `root` holds a copy of one folder with the main file on top, or below conf/.
Result<Layout> search_folder(const std::string& root) {
  const CopiedTree top(root);
  const auto mounted = [&](std::string config_file, const std::string& mounted_at) {
    return layout_of(std::move(config_file), mounted_at, CopiedTree(root, mounted_at));
  };
  if (is_file(top, "/apache2.conf")) return mounted("/etc/apache2/apache2.conf", "/etc/apache2");
  for (const std::string name : {"/httpd.conf", "/conf/httpd.conf"}) {
    if (!is_file(top, name)) continue;
    const auto text = top.read(name, kMaxConfig);
    std::string server_root = text ? server_root_in(*text) : "";
    if (server_root.empty()) server_root = "/usr/local/apache2";
    if (name != "/httpd.conf") return mounted(server_root + name, server_root);
    const std::string folder = server_root == "/etc/apache2" ? server_root : server_root + "/conf";
    return mounted(folder + name, folder);
  }
  return search(top, "below " + root);
}

Result<Layout> named(const CollectOptions& options) {
  if (options.root.empty()) {
    const LiveFileSystem live;
    const std::string path = from_working_directory(options.config_file);
    const auto status = live.status(path);
    if (!status) return fail(status.error());
    if (status->type != FileType::regular) return fail_errno("read", path, EINVAL);
    return layout_of(path, "/", live);
  }
  const std::string path = absolute_path("/", options.config_file);
  const CopiedTree tree(options.root);
  if (is_file(tree, path)) return layout_of(path, "/", tree);
  const std::string folder(parent_path(path));
  const CopiedTree part(options.root, folder);
  if (is_file(part, path)) return layout_of(path, folder, part);
  return fail({"find the configuration file", path, "it is not in the copy " + options.root,
               "name it as the audited machine does", ENOENT});
}

}  // namespace

std::unique_ptr<FileSystem> open_files(const std::string& root, const std::string& mounted_at) {
  if (root.empty()) return std::make_unique<LiveFileSystem>();
  return std::make_unique<CopiedTree>(root, mounted_at);
}

Result<Layout> find_layout(const CollectOptions& options) {
  if (!options.root.empty()) {
    const auto status = LiveFileSystem().status(options.root);
    if (!status) return fail(status.error());
    if (status->type != FileType::directory) return fail_errno("look into", options.root, ENOTDIR);
  }
  if (!options.config_file.empty()) return named(options);
  if (options.root.empty()) return search(LiveFileSystem(), "on this machine");
  const CopiedTree tree(options.root);
  if (auto whole = search(tree, "below " + options.root)) return whole;
  return search_folder(options.root);
}

}  // namespace stockade::host
