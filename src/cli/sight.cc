#include "cli/sight.h"

#include <fmt/format.h>

#include "base/live_file_system.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "host/layout.h"
#include "host/snapshot_files.h"
#include "host/snapshot_json.h"

namespace stockade::cli {
namespace {

// Where a tree's configuration lies: with "--config copy/etc/apache2/apache2.conf" the tree is
// copy.
constexpr std::string_view kInTree[] = {"/etc/apache2/apache2.conf", "/etc/httpd/conf/httpd.conf",
                                        "/usr/local/apache2/conf/httpd.conf"};

bool is_there(const std::string& path) { return LiveFileSystem().status(path).has_value(); }

// A configuration file within a copied tree names the tree as well; so does the file's name in the
// tree's own folder.
void find_tree(host::CollectOptions& options) {
  const std::string given = options.config_file;
  if (given.empty() || !options.root.empty()) return;
  for (const std::string_view inside : kInTree) {
    const bool is_copy = given.size() > inside.size() && given.ends_with(inside);
    if (is_copy && is_there(given)) {
      options.root = given.substr(0, given.size() - inside.size());
      options.config_file = inside;
      return;
    }
    const size_t slash = given.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : given.substr(0, slash);
    const bool same_name = file_name(given) == file_name(inside);
    if (same_name && !is_there(given) && is_there(folder + std::string(inside))) {
      options.root = folder;
      options.config_file = inside;
      return;
    }
  }
}

Result<Sight> sight_of(host::CollectOptions options) {
  find_tree(options);
  auto snapshot = host::collect_configuration(options);
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  Sight sight;
  sight.snapshot = std::make_unique<Snapshot>(std::move(*snapshot));
  sight.files = host::open_files(sight.snapshot->root, sight.snapshot->mounted_at);
  return sight;
}

Result<Sight> recorded(const std::string& file) {
  const auto text = read_input(file, "the snapshot");
  if (!text) return tl::make_unexpected(text.error());
  auto snapshot = host::read_snapshot(*text, file);
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  Sight sight;
  sight.snapshot = std::make_unique<Snapshot>(std::move(*snapshot));
  sight.files = std::make_unique<host::SnapshotFiles>(*sight.snapshot);
  return sight;
}

}  // namespace

// Modules of others that leave a request alone unless a directive says otherwise.
conf::World Sight::world() const {
  return {snapshot->config,
          snapshot->servers,
          *files,
          snapshot->environment.version,
          {"php_module", "php5_module", "php7_module", "wsgi_module", "fcgid_module"}};
}

Result<Sight> see(std::string_view command, const Arguments& arguments) {
  const std::string file = arguments.value("--snapshot");
  if (!file.empty()) {
    if (arguments.has("--root")) {
      return usage_error(command, "--snapshot and --root exclude each other",
                         "the snapshot holds its machine's files already");
    }
    return recorded(file);
  }
  host::CollectOptions options;
  options.root = arguments.value("--root");
  options.config_file = arguments.value("--config");
  options.defines = arguments.list("--define");
  return sight_of(std::move(options));
}

Result<Sight> see_named(const std::string& name, const std::vector<std::string>& defines) {
  if (name == "-") return recorded(name);
  const LiveFileSystem live;
  const auto status = live.status(name);
  host::CollectOptions options;
  options.defines = defines;
  if (status && status->type == FileType::directory) {
    options.root = name;
    return sight_of(std::move(options));
  }
  // No line of a configuration begins with a brace.
  constexpr uint64_t kMostOfSnapshot = uint64_t{1} << 30;
  const auto text = live.read(name, kMostOfSnapshot);
  if (text && trim(*text).starts_with('{')) return recorded(name);
  options.config_file = name;
  return sight_of(std::move(options));
}

bool warn_of_refusal(const Snapshot& snapshot) {
  const conf::Problem* problem = snapshot.config.verdict();
  if (problem == nullptr) return true;
  say(fmt::format("httpd refuses this configuration: {}:{}: {}", problem->where, problem->counted,
                  problem->message));
  return false;
}

}  // namespace stockade::cli
