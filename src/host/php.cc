#include "host/php.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/text.h"
#include "conf/include.h"
#include "host/php_ini.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxPhpFile = 4 << 20;
constexpr size_t kMaxFiles = 10'000;

constexpr std::string_view kKept[] = {"allow_url_fopen",
                                      "allow_url_include",
                                      "cgi.fix_pathinfo",
                                      "disable_functions",
                                      "display_errors",
                                      "display_startup_errors",
                                      "enable_dl",
                                      "error_reporting",
                                      "expose_php",
                                      "file_uploads",
                                      "html_errors",
                                      "log_errors",
                                      "max_execution_time",
                                      "memory_limit",
                                      "open_basedir",
                                      "post_max_size",
                                      "session.cookie_httponly",
                                      "session.cookie_secure",
                                      "session.use_strict_mode",
                                      "upload_max_filesize"};

// One PHP as it is installed: where it looks.
struct Installed {
  std::string program;  // "fpm 8.2"
  std::string ini;
  std::string more;  // a folder of further *.ini
  std::string fpm;   // php-fpm.conf, or empty
};

bool is_php_module(std::string_view identifier) {
  return identifier.starts_with("php") && identifier.ends_with("_module");
}

// "/usr/lib/apache2/modules/libphp8.2.so" -> "8.2"; "" where the name tells none.
std::string version_in(std::string_view module_file) {
  constexpr std::string_view kLibraryPrefix = "libphp";
  constexpr std::string_view kLibrarySuffix = ".so";
  const std::string_view name = file_name(module_file);
  if (!name.starts_with(kLibraryPrefix) || !name.ends_with(kLibrarySuffix)) return "";
  const std::string_view version = name.substr(
      kLibraryPrefix.size(), name.size() - kLibraryPrefix.size() - kLibrarySuffix.size());
  return version.find('.') == std::string_view::npos ? "" : std::string(version);
}

// Modules of others bring directives that no table knows.
bool mentions(const Snapshot& snapshot, std::string_view directive, std::string_view part) {
  const auto says = [&](const conf::Directive* d) {
    return d->is(directive) && contains_ignoring_case(d->args, part);
  };
  const auto known = snapshot.config.all(directive);
  const auto unknown = snapshot.config.unknown();
  return std::any_of(known.begin(), known.end(), says) ||
         std::any_of(unknown.begin(), unknown.end(), says);
}

// Requests are handed to programs that may be PHP and may run anywhere.
bool hands_over(const Snapshot& snapshot) {
  for (const char* directive : {"SetHandler", "ProxyPass", "ProxyPassMatch", "RewriteRule"}) {
    if (mentions(snapshot, directive, "fcgi://")) return true;
  }
  for (const char* directive : {"FastCgiExternalServer", "FcgidWrapper"}) {
    if (mentions(snapshot, directive, "")) return true;
  }
  return mentions(snapshot, "Action", "php") || mentions(snapshot, "ScriptAlias", "php");
}

class PhpReader {
 public:
  explicit PhpReader(Collector& collector) : collector_(collector), files_(collector.files) {}

  void run() {
    std::vector<Installed> found;
    const bool answered = find_mod_php(found) && find_fpm(found);
    if (!answered) return;
    for (const Installed& php : found) read(php);
    collector_.snapshot.coverage.php = complete_;
  }

 private:
  void gap(const std::string& reason) {
    collector_.gaps.add("PHP settings", reason, {"php"});
    complete_ = false;
  }

  bool exists(const std::string& path) const {
    const auto status = files_.status(path);
    return status || (status.error().code != ENOENT && status.error().code != ENOTDIR);
  }

  // "/etc/php/8.2/apache2" and its kin, of the version or of every one.
  std::vector<std::string> debian_versions(std::string_view program) {
    std::vector<std::string> versions;
    const auto names = files_.list("/etc/php");
    if (!names && names.error().code != ENOENT && names.error().code != ENOTDIR) {
      gap(collector_.gaps.reason(names.error()));
    }
    for (const std::string& name : names.value_or(std::vector<std::string>())) {
      if (exists("/etc/php/" + name + "/" + std::string(program))) versions.push_back(name);
    }
    return versions;
  }

  static Installed debian(const std::string& program, const std::string& version) {
    const std::string folder = "/etc/php/" + version + "/" + program;
    return {program + " " + version, folder + "/php.ini", folder + "/conf.d",
            program == "fpm" ? folder + "/php-fpm.conf" : ""};
  }

  // False: nobody knows which php.ini it reads.
  bool find_mod_php(std::vector<Installed>& found) {
    const conf::LoadedModule* module = nullptr;
    for (const conf::LoadedModule& loaded : collector_.snapshot.config.modules) {
      if (is_php_module(loaded.identifier)) module = &loaded;
    }
    if (module == nullptr) return true;
    if (mentions(collector_.snapshot, "PHPINIDir", "")) {
      return gap("PHPINIDir names another place than the usual ones; look there by hand"), false;
    }
    const std::string version = version_in(module->path);
    for (const std::string& name : debian_versions("apache2")) {
      if (version.empty() || version == name) found.push_back(debian("apache2", name));
    }
    if (found.empty() && exists("/etc/php.ini")) {
      found.push_back({"apache2", "/etc/php.ini", "/etc/php.d", ""});
    }
    if (!found.empty()) return true;
    return gap("httpd loads PHP, but its php.ini is in none of the usual places"), false;
  }

  bool find_fpm(std::vector<Installed>& found) {
    bool any = false;
    for (const std::string& name : debian_versions("fpm")) {
      const Installed php = debian("fpm", name);
      if (!exists(php.fpm)) continue;  // what a removed package left
      found.push_back(php);
      any = true;
    }
    if (exists("/etc/php-fpm.conf")) {
      found.push_back({"fpm", "/etc/php.ini", "/etc/php.d", "/etc/php-fpm.conf"});
      any = true;
    }
    if (any || !hands_over(collector_.snapshot)) return true;
    return gap("requests are handed to FastCGI or CGI programs, and no php-fpm is installed here; "
               "look at their php.ini by hand"),
           false;
  }

  void keep(const std::string& program, const std::string& file, PhpValues values) {
    std::erase_if(values, [](const auto& value) {
      return std::find(std::begin(kKept), std::end(kKept), value.first) == std::end(kKept);
    });
    collector_.snapshot.php.push_back({program, file, std::move(values)});
  }

  // Nothing where it is missing or may not be read; the latter is a gap.
  std::optional<std::string> text_of(const std::string& path) {
    auto text = files_.read(path, kMaxPhpFile);
    if (text) return *std::move(text);
    if (text.error().code != ENOENT) {
      collector_.gaps.add("PHP settings of " + path, text.error(), {"php"});
      complete_ = false;
    }
    return std::nullopt;
  }

  std::vector<std::string> matching(const std::string& pattern) {
    const conf::IncludedFiles found = conf::find_included(files_, pattern, true);
    if (!found.unknown.empty()) gap(found.unknown);
    return found.paths;
  }

  void read(const Installed& php) {
    // A missing one as well: then PHP's defaults hold, and this is where to change them.
    keep(php.program, php.ini, parse_php_ini(text_of(php.ini).value_or("")));
    for (const std::string& file : matching(php.more + "/*.ini")) {
      if (const auto text = text_of(file)) keep(php.program, file, parse_php_ini(*text));
    }
    if (!php.fpm.empty()) read_fpm(php);
  }

  void read_fpm(const Installed& php) {
    std::vector<std::string> files = {php.fpm};
    for (size_t at = 0; at < files.size() && at < kMaxFiles; ++at) {
      const auto text = text_of(files[at]);
      if (!text) continue;
      const PhpFpmFile parsed = parse_php_fpm(*text);
      for (const PhpPool& pool : parsed.pools) {
        keep(php.program + " pool " + pool.name, files[at], pool.values);
      }
      for (const std::string& pattern : parsed.includes) {
        for (std::string& file : matching(absolute_path(parent_path(php.fpm), pattern))) {
          const bool known = std::find(files.begin(), files.end(), file) != files.end();
          if (!known) files.push_back(std::move(file));
        }
      }
    }
  }

  Collector& collector_;
  const FileSystem& files_;
  bool complete_ = true;
};

}  // namespace

void collect_php(Collector& collector) {
  const bool whole = collector.live || collector.files.status("/etc/passwd").has_value();
  if (!whole) {
    collector.gaps.add("PHP settings", "the copy holds httpd's files only, not PHP's", {"php"});
    return;
  }
  PhpReader(collector).run();
}

}  // namespace stockade::host
