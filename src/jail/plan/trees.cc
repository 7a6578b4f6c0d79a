#include "jail/plan/trees.h"

#include "base/text.h"

namespace stockade::jail {
namespace {

constexpr int kMostFiles = 20'000;

// Below /usr/lib/ARCH, whichever that is here.
std::vector<std::string> architecture_directories(const Draft& draft) {
  std::vector<std::string> found;
  for (const std::string_view name :
       {"x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu"}) {
    const std::string path = "/usr/lib/" + std::string(name);
    if (draft.files().status(path)) found.push_back(path);
  }
  found.emplace_back("/usr/lib64");
  return found;
}

// What the libraries among its files need in their turn.
void add_closure_of_tree(Draft& draft, const std::string& directory, int depth, int& budget) {
  const auto names = draft.files().list(directory);
  if (!names) return;
  for (const std::string& name : *names) {
    if (--budget < 0) return;
    const std::string path = directory + "/" + name;
    if (name.ends_with(".so") || name.find(".so.") != std::string::npos) {
      (void)draft.closure().add(path);  // what is no ELF file needs nothing
    } else if (depth > 0) {
      const auto status = draft.files().link_status(path);
      if (status && status->type == FileType::directory)
        add_closure_of_tree(draft, path, depth - 1, budget);
    }
  }
}

void add_tree(Draft& draft, const std::string& directory, const std::string& why) {
  if (!draft.bind(ItemKind::module, directory, why)) return;
  int budget = kMostFiles;
  add_closure_of_tree(draft, resolve_links(draft.files(), directory), 8, budget);
}

// Of `directory`, every entry whose name begins so.
void add_trees_named(Draft& draft, const std::string& directory, std::string_view prefix,
                     const std::string& why) {
  const auto names = draft.files().list(directory);
  if (!names) return;
  for (const std::string& name : *names) {
    if (name.starts_with(prefix)) add_tree(draft, directory + "/" + name, why);
  }
}

}  // namespace

void plan_perl_tree(Draft& draft, const std::string& why) {
  for (const std::string& directory : architecture_directories(draft)) {
    add_trees_named(draft, directory, "perl", why);
  }
  for (const std::string_view directory : {"/usr/share/perl", "/usr/share/perl5", "/etc/perl",
                                           "/usr/local/share/perl", "/usr/local/lib/site_perl"}) {
    add_tree(draft, std::string(directory), why);
  }
}

void plan_python_tree(Draft& draft, const std::string& why) {
  add_trees_named(draft, "/usr/lib", "python3", why);
  add_trees_named(draft, "/usr/local/lib", "python3", why);
  draft.bind(ItemKind::data, "/usr/share/zoneinfo", why + ": time zones");
}

void plan_lua_tree(Draft& draft, const std::string& why) {
  for (const std::string& directory : architecture_directories(draft)) {
    add_tree(draft, directory + "/lua", why);
  }
  add_tree(draft, "/usr/share/lua", why);
}

void plan_gconv(Draft& draft, const std::string& why) {
  for (const std::string& directory : architecture_directories(draft)) {
    add_tree(draft, directory + "/gconv", why);
  }
}

}  // namespace stockade::jail
