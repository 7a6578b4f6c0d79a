#include "host/package_files.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <cerrno>

#include "base/text.h"
#include "host/paths.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxPackageFile = 64 << 20;
constexpr size_t kMd5Length = 32;
constexpr const char* kChangedFiles = "which files of httpd's packages were changed";

// Not installed at all on many a small machine, and no risk.
bool is_documentation(std::string_view path) {
  for (std::string_view folder : {"/usr/share/doc", "/usr/share/man", "/usr/share/locale",
                                  "/usr/share/lintian", "/usr/share/bug", "/usr/include"}) {
    if (is_within(path, folder)) return true;
  }
  return false;
}

class Comparison {
 public:
  explicit Comparison(Collector& collector, const std::set<std::string>* only = nullptr)
      : collector_(collector), looker_(collector), only_(only) {}

  void run(const std::set<std::string>& packages) {
    if (const auto text = collector_.files.read("/var/lib/dpkg/diversions", kMaxPackageFile)) {
      diversions_ = parse_diversions(*text);
    }
    for (const std::string& package : packages) {
      if (!compare(package)) break;
    }
    write_down();
  }

  void run(const std::vector<PackageFile>& files) {
    compare_all(files, "");
    write_down();
  }

 private:
  void write_down() {
    // Only now: a look at another path may put the facts of one of these anew.
    PathTable& table = collector_.snapshot.paths;
    std::vector<std::pair<std::string, PathFacts>> changed;
    for (const auto& [path, known] : table.facts()) {
      const auto state = states_.find(known.real_path);
      if (state == states_.end() || known.status.type != FileType::regular) continue;
      changed.emplace_back(path, known);
      changed.back().second.package_state = state->second;
    }
    for (auto& [path, facts] : changed) table.put(std::move(path), std::move(facts));
    report();
  }

  // False: the time is up.
  bool compare(const std::string& package) {
    const std::string list = "/var/lib/dpkg/info/" + package + ".md5sums";
    const auto text = collector_.files.read(list, kMaxPackageFile);
    if (!text) {  // a package without files has none
      if (text.error().code != ENOENT) miss(list, collector_.gaps.reason(text.error()));
      return true;
    }
    return compare_all(parse_md5sums(*text), package.substr(0, package.find(':')));
  }

  bool compare_all(const std::vector<PackageFile>& files, const std::string& name) {
    for (const PackageFile& file : files) {
      if (only_ != nullptr ? !only_->contains(file.path) : is_documentation(file.path)) continue;
      if (collector_.out_of_time()) {
        miss(file.path, "the time was up");
        return false;
      }
      compare(file, name);
    }
    return true;
  }

  void compare(const PackageFile& file, const std::string& package) {
    const auto diverted = diversions_.find(file.path);
    const bool elsewhere = diverted != diversions_.end() && diverted->second.by != package;
    const std::string& path = elsewhere ? diverted->second.to : file.path;
    const std::string real = looker_.look(path);
    if (real.empty()) return;
    const auto content = collector_.files.read(real, kMaxPackageFile);
    if (!content) return miss(path, collector_.gaps.reason(content.error()));
    const std::string digest = digest_of(*content, file.kind);
    if (digest.empty()) return miss(path, "this machine's OpenSSL refuses the package's digests");
    // What was changed of a chosen file is its owner's business, not httpd's.
    if (digest != file.digest && only_ != nullptr) return;
    states_[real] = digest == file.digest ? "ok" : "modified";
  }

  void miss(const std::string& path, std::string reason) {
    missed_.push_back(path);
    reason_ = std::move(reason);
  }

  void report() {
    if (missed_.empty()) return;
    collector_.gaps.add(fmt::format("{}: {}", kChangedFiles, some_of(missed_)), reason_,
                        {"packages"});
  }

  Collector& collector_;
  PathLooker looker_;
  const std::set<std::string>* only_;
  std::map<std::string, Diversion, std::less<>> diversions_;
  std::map<std::string, std::string> states_;  // by real path
  std::vector<std::string> missed_;
  std::string reason_;
};

}  // namespace

std::vector<PackageFile> parse_md5sums(std::string_view text) {
  std::vector<PackageFile> files;
  for (std::string_view line : split(text, '\n')) {
    constexpr std::string_view kGap = "  ";
    if (line.size() <= kMd5Length + kGap.size() || line.substr(kMd5Length, 2) != kGap) continue;
    const std::string_view md5 = line.substr(0, kMd5Length);
    if (md5.find_first_not_of("0123456789abcdef") != std::string_view::npos) continue;
    files.push_back(
        {normal_path("/" + std::string(line.substr(kMd5Length + kGap.size()))), std::string(md5)});
  }
  return files;
}

std::map<std::string, Diversion, std::less<>> parse_diversions(std::string_view text) {
  std::map<std::string, Diversion, std::less<>> diversions;
  const auto lines = split(text, '\n');
  for (size_t i = 0; i + 2 < lines.size(); i += 3) {
    diversions[std::string(lines[i])] = {std::string(lines[i + 1]), std::string(lines[i + 2])};
  }
  return diversions;
}

std::string digest_of(std::string_view bytes, DigestKind kind) {
  const EVP_MD* algorithm = kind == DigestKind::md5 ? EVP_md5() : EVP_sha256();
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, algorithm, nullptr) != 1) return "";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

void compare_package_files(Collector& collector, const std::set<std::string>& packages,
                           const std::set<std::string>* only) {
  Comparison(collector, only).run(packages);
}

void compare_files(Collector& collector, const std::vector<PackageFile>& files) {
  Comparison(collector).run(files);
}

}  // namespace stockade::host
