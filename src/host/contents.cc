#include "host/contents.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "host/named_paths.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxContent = 1 << 20;
constexpr size_t kCryptLength = 13;
constexpr size_t kDigestLength = 32;

bool is_made_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string_view scheme_of(std::string_view hash) {
  if (hash.empty()) return "";
  if (hash.starts_with("{SHA}")) return "{SHA}";
  if (hash.starts_with("$2") && hash.size() > 7 && hash[3] == '$' && hash[6] == '$') {
    return hash.substr(0, 7);
  }
  for (std::string_view known : {"$apr1$", "$1$", "$5$", "$6$", "$y$", "$gy$", "$7$"}) {
    if (hash.starts_with(known)) return known;
  }
  constexpr std::string_view kCrypt =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return hash.size() == kCryptLength && is_made_of(hash, kCrypt) ? "{CRYPT}" : "{OTHER}";
}

std::string cut_line(std::string_view line) {
  const auto fields = split(line, ':');
  std::string name(fields[0]);
  const bool digest = fields.size() == 3 && fields[2].size() == kDigestLength &&
                      is_made_of(fields[2], "0123456789abcdefABCDEF");
  if (digest) return name + ":" + std::string(fields[1]) + ":";
  return name + ":" + std::string(scheme_of(fields[1]));
}

std::vector<std::string> access_file_names(const Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const conf::Directive* d : snapshot.config.all("AccessFileName")) {
    for (const conf::Word& word : d->words) names.emplace_back(word.text);
  }
  names.emplace_back(".htaccess");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// httpd reads them in every directory on the way, not only below the served one.
void look_above(const std::string& directory, const std::vector<std::string>& names,
                std::unordered_set<std::string>& seen, PathLooker& looker) {
  for (std::string above = directory; seen.insert(above).second;) {
    for (const std::string& name : names) looker.look(absolute_path(above, name));
    above = std::string(parent_path(above));
  }
}

class Reader {
 public:
  explicit Reader(Collector& collector) : collector_(collector) {}

  void keep(const std::string& path, Result<std::string> text, bool passwords) {
    if (!text) {
      unread_.push_back(path);
      reason_ = collector_.gaps.reason(text.error());
      return;
    }
    collector_.snapshot.contents[path] = passwords ? cut_hashes(*text) : *std::move(text);
  }

  void report(const std::string& what) {
    if (!unread_.empty()) {
      collector_.gaps.add(what + " " + some_of(unread_), reason_, {"contents"});
    }
    unread_.clear();
  }

 private:
  Collector& collector_;
  std::vector<std::string> unread_;
  std::string reason_;
};

}  // namespace

std::string cut_hashes(std::string_view text) {
  std::string cut;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.find(':') == std::string_view::npos || line.front() == '#') continue;
    cut += cut_line(line) + "\n";
  }
  return cut;
}

void collect_contents(Collector& collector, PathLooker& looker) {
  Snapshot& snapshot = collector.snapshot;
  const std::vector<std::string> names = access_file_names(snapshot);
  std::unordered_set<std::string> seen;
  for (const std::string& directory : served_directories(snapshot)) {
    look_above(directory, names, seen, looker);
  }
  Reader reader(collector);
  for (const auto& [path, facts] : snapshot.paths.facts()) {
    const std::string_view name = file_name(path);
    if (!std::binary_search(names.begin(), names.end(), name)) continue;
    if (facts.status.type == FileType::directory || facts.real_path.empty()) continue;
    if (facts.status.type == FileType::symlink) {
      reader.keep(path, fail({"read", path, "it is a link, which is not followed", "", 0}), false);
    } else {
      reader.keep(path, collector.files.read_unlinked(facts.real_path, kMaxContent), false);
    }
  }
  reader.report("content of");
  for (std::string_view directive : {"AuthUserFile", "AuthDigestFile"}) {
    for (const std::string& path : files_named_by(snapshot, directive)) {
      const std::string real = looker.look(path);
      if (!real.empty()) reader.keep(path, collector.files.read(real, kMaxContent), true);
    }
  }
  reader.report("password schemes of");
  looker.report();
}

}  // namespace stockade::host
