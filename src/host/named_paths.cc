#include "host/named_paths.h"

#include <algorithm>

#include "base/text.h"

namespace stockade::host {

namespace {

using conf::Directive;

struct Naming {
  const char* directive;
  size_t argument;
};
constexpr Naming kNamings[] = {{"LoadModule", 1},
                               {"LoadFile", 0},
                               {"DocumentRoot", 0},
                               {"SSLCertificateFile", 0},
                               {"SSLCertificateKeyFile", 0},
                               {"SSLCertificateChainFile", 0},
                               {"SSLCACertificateFile", 0},
                               {"SSLCACertificatePath", 0},
                               {"SSLCARevocationFile", 0},
                               {"SSLCARevocationPath", 0},
                               {"SSLProxyMachineCertificateFile", 0},
                               {"SSLProxyCACertificateFile", 0},
                               {"SSLOpenSSLConfCmd", 1},
                               {"SSLSessionTicketKeyFile", 0},
                               {"SSLSRPVerifierFile", 0},
                               {"AuthUserFile", 0},
                               {"AuthGroupFile", 0},
                               {"AuthDBMUserFile", 0},
                               {"AuthDBMGroupFile", 0},
                               {"AuthzDBMUserFile", 0},
                               {"SessionCryptoPassphraseFile", 0},
                               {"ErrorLog", 0},
                               {"CustomLog", 0},
                               {"TransferLog", 0},
                               {"GlobalLog", 0},
                               {"ForensicLog", 0},
                               {"ScriptLog", 0},
                               {"SecAuditLog", 0},
                               {"SecDebugLog", 0},
                               {"SecDataDir", 0},
                               {"SecTmpDir", 0},
                               {"SecUploadDir", 0},
                               {"PidFile", 0},
                               {"ScoreBoardFile", 0},
                               {"CoreDumpDirectory", 0},
                               {"DefaultRuntimeDir", 0},
                               {"ChrootDir", 0},
                               {"DavLockDB", 0},
                               {"CacheRoot", 0},
                               {"TypesConfig", 0},
                               {"MIMEMagicFile", 0},
                               {"ScriptSock", 0},
                               {"FcgidWrapper", 0},
                               {"FcgidIPCDir", 0},
                               {"WSGIScriptAlias", 1},
                               {"WSGISocketPrefix", 0},
                               {"WSGIImportScript", 0},
                               {"PHPINIDir", 0},
                               {"HeartbeatStorage", 0},
                               {"LuaHookFixups", 0},
                               {"LuaHookAccessChecker", 0},
                               {"LuaHookAuthChecker", 0},
                               {"LuaHookCheckUserID", 0},
                               {"LuaHookTranslateName", 0},
                               {"LuaHookMapToStorage", 0},
                               {"LuaMapHandler", 1},
                               {"MDStoreDir", 0},
                               {"MDMessageCmd", 0},
                               {"MDNotifyCmd", 0}};

// "prg:/x", "txt:/x", "dbm=sdbm:/x" of RewriteMap; "file:/x" of Mutex.
std::string_view behind_scheme(std::string_view text) {
  const size_t colon = text.find(":/");
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

// The program of "|/usr/bin/rotatelogs -l x", "||prog" and "|$prog".
std::string_view piped_program(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("|$"), text.size()));
  const auto words = split_words(text);
  return words.empty() ? std::string_view() : words.front();
}

class Finder {
 public:
  explicit Finder(const Snapshot& snapshot) : snapshot_(snapshot) {}

  void add(std::string_view path) {
    if (path.empty() || path.starts_with('-') || path.find("${") != std::string_view::npos ||
        path.find('\0') != std::string_view::npos) {
      return;
    }
    if (path == "syslog" || path.starts_with("syslog:") || path.starts_with("journald:")) return;
    paths_.push_back(absolute_path(snapshot_.config.server_root, path));
  }
  void add_program(std::string_view path) {
    if (path.starts_with('/')) add(path);  // others are searched for, we do not know where
  }
  void add_argument(std::string_view text) {
    if (text.starts_with('|')) {
      add_program(piped_program(text));
    } else {
      add(text);
    }
  }

  std::vector<std::string> result() && {
    std::sort(paths_.begin(), paths_.end());
    paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
    return std::move(paths_);
  }

 private:
  const Snapshot& snapshot_;
  std::vector<std::string> paths_;
};

bool has_wildcard(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

void add_sections(const Snapshot& snapshot, Finder& finder) {
  for (const Directive* d : snapshot.config.all_sections("Directory")) {
    const std::string_view path = d->arg(0);
    if (path.starts_with('/') && !has_wildcard(path)) finder.add(path);
  }
}

void add_served(const Snapshot& snapshot, Finder& finder) {
  for (const Directive* d : snapshot.config.all("DocumentRoot")) finder.add(d->arg(0));
  for (std::string_view name : {"Alias", "ScriptAlias"}) {
    for (const Directive* d : snapshot.config.all(name)) {
      if (d->words.size() == 2) {
        finder.add(d->arg(1));
      } else if (d->enclosing("Location") != nullptr) {
        finder.add(d->arg(0));
      }
    }
  }
}

}  // namespace

std::vector<std::string> named_paths(const Snapshot& snapshot) {
  Finder finder(snapshot);
  for (const auto& file : snapshot.config.files) {
    if (file->path.starts_with('/')) finder.add(file->path);
  }
  finder.add(snapshot.config.server_root);
  for (const Naming& naming : kNamings) {
    for (const Directive* d : snapshot.config.all(naming.directive)) {
      const std::string_view text = d->arg(naming.argument);
      if (d->is("SSLOpenSSLConfCmd") && !text.starts_with('/')) continue;
      finder.add_argument(text);
    }
  }
  for (const Directive* d : snapshot.config.all("RewriteMap")) {
    const std::string_view program = behind_scheme(d->arg(1));
    const auto words = split_words(program);
    if (!words.empty()) finder.add_program(words.front());
  }
  for (std::string_view name : {"Mutex", "SSLSessionCache", "SSLStaplingCache"}) {
    for (const Directive* d : snapshot.config.all(name)) {
      const std::string_view place = behind_scheme(d->arg(0));
      finder.add_program(place.substr(0, place.find('(')));
    }
  }
  for (const Directive* d : snapshot.config.all("ExtFilterDefine")) {
    for (const conf::Word& word : d->words) {
      if (!starts_with_ignoring_case(word.text, "cmd=")) continue;
      const auto words = split_words(word.text.substr(4));
      if (!words.empty()) finder.add_program(words.front());
    }
  }
  add_served(snapshot, finder);
  add_sections(snapshot, finder);
  return std::move(finder).result();
}

std::vector<std::string> served_directories(const Snapshot& snapshot) {
  Finder finder(snapshot);
  add_served(snapshot, finder);
  return std::move(finder).result();
}

std::vector<std::string> files_named_by(const Snapshot& snapshot, std::string_view directive) {
  Finder finder(snapshot);
  for (const Directive* d : snapshot.config.all(directive)) {
    if (!d->arg(0).starts_with('|')) finder.add(d->arg(0));
  }
  return std::move(finder).result();
}

}  // namespace stockade::host
