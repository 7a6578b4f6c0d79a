#include "host/processes.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxProcessFile = 16 << 20;
constexpr std::string_view kDeleted = " (deleted)";

bool is_httpd(const Process& process, const HttpdBuild& httpd) {
  if (!httpd.binary.empty() && process.executable == httpd.binary) return true;
  return process.name == "apache2" || process.name == "httpd";
}

std::string_view without_deleted(std::string_view path) {
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return path;
}

}  // namespace

std::optional<Process> parse_proc_status(std::string_view text) {
  Process process;
  bool uid = false;
  for (std::string_view line : split(text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, colon);
    const auto words = split_words(line.substr(colon + 1));
    if (words.empty()) continue;
    const auto number = [&](size_t i) {
      return static_cast<uint32_t>(i < words.size() ? parse_number(words[i]).value_or(0) : 0);
    };
    if (key == "Name") process.name = trim(line.substr(colon + 1));
    if (key == "PPid") process.parent = number(0);
    if (key == "Gid") process.gid = number(1);  // real, effective, saved, file system
    if (key == "Uid") {
      process.uid = number(1);
      uid = words.size() == 4;
    }
  }
  if (!uid || process.name.empty()) return std::nullopt;
  return process;
}

void parse_proc_maps(std::string_view text, Process& process) {
  std::set<std::string_view> mapped;
  std::set<std::string_view> deleted;
  for (std::string_view line : split(text, '\n')) {
    const size_t slash = line.find('/');
    if (slash == std::string_view::npos || split_words(line.substr(0, slash)).size() != 5) continue;
    const std::string_view path = line.substr(slash);
    const std::string_view name = without_deleted(path);
    // Shared memory is always "deleted"; only what was loaded as a program or library counts.
    const bool memory = name.starts_with("/dev/") || name.starts_with("/SYSV") ||
                        name.starts_with("/memfd:") || name.starts_with("/tmp/");
    if (memory) continue;
    mapped.insert(name);
    if (name != path) deleted.insert(name);
  }
  process.mapped.assign(mapped.begin(), mapped.end());
  process.deleted_mapped.assign(deleted.begin(), deleted.end());
}

void collect_processes(Collector& collector) {
  Snapshot& snapshot = collector.snapshot;
  const auto names = collector.files.list("/proc");
  if (!names) return collector.gaps.add("processes", names.error(), {"processes"});
  snapshot.coverage.processes = true;
  std::vector<std::string> closed;
  std::string reason;
  for (const std::string& name : *names) {
    const auto pid = parse_number(name);
    if (!pid) continue;
    const std::string folder = "/proc/" + name;
    const auto status = collector.files.read(folder + "/status", kMaxProcessFile);
    auto process = status ? parse_proc_status(*status) : std::nullopt;
    if (!process) continue;  // gone meanwhile
    process->pid = static_cast<uint32_t>(*pid);
    const auto program = collector.files.link_target(folder + "/exe");
    if (program) process->executable = without_deleted(*program);
    if (is_httpd(*process, snapshot.httpd)) {
      if (const auto maps = collector.files.read(folder + "/maps", kMaxProcessFile)) {
        parse_proc_maps(*maps, *process);
        if (program && program->ends_with(kDeleted)) {
          process->deleted_mapped.push_back(process->executable);
        }
      } else if (maps.error().code != ENOENT && maps.error().code != ESRCH) {
        closed.push_back(name);
        reason = collector.gaps.reason(maps.error());
      }
    }
    snapshot.processes.push_back(*std::move(process));
  }
  if (!closed.empty()) {
    collector.gaps.add("files mapped by httpd's processes " + some_of(closed), reason,
                       {"processes"});
  }
}

}  // namespace stockade::host
