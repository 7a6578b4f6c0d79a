#include "rules/support/governed.h"

#include "base/text.h"
#include "conf/effective/uri.h"
#include "rules/support/applied_sections.h"
#include "rules/support/asked.h"
#include "rules/support/served_trees.h"

namespace stockade::rules {

namespace {

constexpr size_t kMostServers = 50;  // that a section of the main server is looked for in

}  // namespace

const Governing::Examples& Governing::examples_of(const conf::Server& server) {
  const auto [found, fresh] = examples_.try_emplace(&server);
  if (fresh) {
    for (const conf::PathClass& path : url_classes(snapshot_).of(server)) {
      if (!path.example.empty())
        found->second.try_emplace({path.by.place.file, path.by.place.line}, path.example);
    }
  }
  return found->second;
}

std::optional<Governed> Governing::in_server(const conf::Server& server,
                                             const conf::Directive& section,
                                             const std::string& method) {
  const Examples& examples = examples_of(server);
  const auto found = examples.find({snapshot_.config.file_of(section).path, section.line});
  return found == examples.end() ? std::nullopt : ask(server, found->second, method);
}

std::optional<Governed> Governing::ask(const conf::Server& server, const std::string& path,
                                       const std::string& method) const {
  Governed governed{&server, path, "", asked(snapshot_, server, path, method)};
  if (governed.outcome.effective.vhost != server.label) return std::nullopt;
  governed.url = conf::url_of(conf::request_for(snapshot_.servers, server, path));
  return governed;
}

// The folder of a DocumentRoot or Alias is the class of that line, not of the <Directory>.
std::optional<Governed> Governing::in_tree(const conf::Server& own, const conf::Directive& section,
                                           const std::string& method) const {
  if (!section.is("Directory") || !regex_of(section).empty()) return std::nullopt;
  const std::string folder = normal_path(section.arg(0));
  const ServedTree* tree = served_trees(snapshot_).serving(folder);
  if (tree == nullptr) return std::nullopt;
  std::string path = conf::escape_path(url_of(*tree, folder));
  if (!path.ends_with('/')) path += '/';
  auto governed = ask(own.is_main() ? *tree->server : own, path, method);
  if (!governed) return std::nullopt;
  const bool leads_there =
      !governed->outcome.effective.file || is_within(*governed->outcome.effective.file, folder);
  return leads_there ? std::move(governed) : std::nullopt;
}

std::optional<Governed> Governing::by(const conf::Directive& section, const std::string& method) {
  const conf::Server& own = snapshot_.servers.of(section);
  if (auto governed = in_server(own, section, method)) return governed;
  if (auto governed = in_tree(own, section, method); governed || !own.is_main()) return governed;
  size_t left = kMostServers;
  for (const conf::Server& host : snapshot_.servers.virtual_hosts()) {
    if (left-- == 0) break;
    if (auto governed = in_server(host, section, method)) return governed;
  }
  return std::nullopt;
}

}  // namespace stockade::rules
