#include "jail/run/drift.h"

#include <sys/stat.h>

#include "base/text.h"
#include "jail/root/tree.h"

namespace stockade::jail {

std::vector<std::string> stale_mounts(std::string_view mountinfo) {
  constexpr std::string_view kDeleted = "//deleted";
  std::vector<std::string> stale;
  for (const std::string_view line : split(mountinfo, '\n')) {
    const auto fields = split_words(line);  // id, parent, device, root, mount point ...
    if (fields.size() > 5 && fields[3].ends_with(kDeleted))
      stale.push_back(replace_all(std::string(fields[4]), "\\040", " "));
  }
  return stale;
}

std::vector<std::string> copied_identity(const Plan& plan) {
  std::vector<std::string> all;
  for (const Item* item : items_of(plan, ItemKind::program)) {
    struct stat status{};
    std::string text = item->path + " gone";
    if (stat(item->source.c_str(), &status) == 0) {
      text = item->path + " " + std::to_string(status.st_dev) + ":" +
             std::to_string(status.st_ino) + ":" + std::to_string(status.st_mtim.tv_sec);
    }
    all.push_back(std::move(text));
  }
  return all;
}

}  // namespace stockade::jail
