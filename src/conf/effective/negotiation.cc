#include "conf/effective/negotiation.h"

#include "base/text.h"

namespace stockade::conf {

std::string negotiation_doubt(const World& world, const Pass& pass) {
  if (pass.proxied || pass.kind != FileKind::none) return "";
  if (!world.config.has_module("negotiation_module")) return "";
  if (!options_of(pass.layers).has(Options::kMultiViews)) return "";
  const auto names = world.files.list(parent_path(pass.filename));
  if (!names) return "MultiViews looks into a folder that cannot be listed";
  const std::string front = std::string(file_name(pass.filename)) + ".";
  std::string found;
  for (const std::string& name : *names) {
    if (name.starts_with(front)) found += (found.empty() ? "" : ", ") + name;
    if (found.size() > 100) break;
  }
  return found.empty() ? "" : "MultiViews may take one of " + found;
}

}  // namespace stockade::conf
