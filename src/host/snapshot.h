// Everything Stockade knows of one machine, as a plain value. A rule sees nothing else, so the same
// rule runs on the live host, on a copied tree, on an example, and on a snapshot from elsewhere.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/memo.h"
#include "base/recorded_files.h"
#include "conf/config.h"
#include "conf/evaluate.h"
#include "conf/servers.h"

namespace stockade::host {

struct Account {
  std::string name;
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::string home;
  std::string shell;
  std::optional<bool> locked;  // unknown where /etc/shadow could not be read
};
struct Group {
  std::string name;
  uint32_t gid = 0;
  std::vector<std::string> members;
};

// The httpd program, from its file alone: it is never run.
struct HttpdBuild {
  std::string binary;    // "/usr/sbin/apache2"; empty if none was found
  uint32_t version = 0;  // 20471; 0 = unknown
  std::string banner;    // "Apache/2.4.71 (Debian)"
  std::string mpm;       // "event", "worker", "prefork"; empty = unknown
  std::string package;   // "apache2-bin 2.4.71-1~deb12u1"; empty = not from a package
  std::string vendor;    // "debian", "rhel", "source"; empty = unknown
};

// What is known of one path. Of a path that is not in the table nothing is known.
struct PathFacts {
  FileStatus status;          // of the path itself (lstat)
  std::string target;         // of a link, as written
  std::string real_path;      // after all links; empty if it leads nowhere
  std::string package_state;  // "ok", "modified", "" = not from a package or not asked
};

class PathTable {
 public:
  // Null: never looked at. Known to be absent: `absent(path)`.
  const PathFacts* find(std::string_view path) const;
  bool absent(std::string_view path) const { return absent_.contains(path); }
  // Every recorded path strictly below `directory`, in byte order.
  std::vector<std::pair<std::string_view, const PathFacts*>> below(
      std::string_view directory) const;
  // Whether the tree at `directory` was walked to its end (else: budget, depth, permission), by a
  // walk that began there or above.
  bool walked(std::string_view directory) const;

  void put(std::string path, PathFacts facts) { facts_[std::move(path)] = std::move(facts); }
  void put_absent(std::string path) { absent_[std::move(path)] = true; }
  void put_walk(std::string directory, bool complete) { walks_[std::move(directory)] = complete; }

  const std::map<std::string, PathFacts, std::less<>>& facts() const { return facts_; }
  const std::map<std::string, bool, std::less<>>& absent_paths() const { return absent_; }
  const std::map<std::string, bool, std::less<>>& walks() const { return walks_; }

 private:
  std::map<std::string, PathFacts, std::less<>> facts_;
  std::map<std::string, bool, std::less<>> absent_;
  std::map<std::string, bool, std::less<>> walks_;
};

struct ListeningSocket {
  std::string address;  // "0.0.0.0", "::", "127.0.0.1"
  uint16_t port = 0;
  std::string process;  // "apache2", or empty
};
struct Process {
  uint32_t pid = 0;
  uint32_t parent = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::string name;
  std::string executable;
  std::vector<std::string> mapped;          // files it maps
  std::vector<std::string> deleted_mapped;  // of those, the ones replaced on disk since
};

// One php.ini-like file: name -> value, per program ("apache2", "fpm/pool www").
struct PhpSettings {
  std::string program;
  std::string file;
  std::map<std::string, std::string> values;
};

// The leaf certificate of a file that SSLCertificateFile names, as OpenSSL reads it.
struct Certificate {
  std::string file;                // as the directive names it, absolute
  std::vector<std::string> names;  // DNS names and addresses of subjectAltName; else the CN
  std::string subject;             // "CN=www.example.org"
  std::string issuer;
  int64_t not_before = 0;     // seconds since the epoch, UTC
  int64_t not_after = 0;      // seconds since the epoch, UTC
  std::string key_type;       // "RSA", "EC", "ED25519"
  uint32_t key_bits = 0;      // of the public key
  std::string signature;      // "sha256WithRSAEncryption"
  bool self_signed = false;   // subject and issuer are the same
  uint32_t chain_length = 0;  // certificates in the file, the leaf included
  std::string error;          // why it could not be read; everything else is then empty
};

// Something that could not be collected. Shown as "not checked", never hidden.
struct Gap {
  std::string what;                // "file owners below /srv/shop"
  std::string reason;              // "permission denied as user tony; run as root"
  std::vector<std::string> needs;  // which facts are missing: "files", "accounts", "processes" ...
};

// Which kinds of facts this snapshot holds at all; a rule asks before it says "clean".
struct Coverage {
  bool files = false;   // which paths exist, of which type, where links lead
  bool owners = false;  // their owners, groups and modes are those of the machine audited: not so
                        // in a copy that an ordinary user made. Never true without `files`.
  bool accounts = false;
  bool sockets = false;
  bool processes = false;
  bool packages = false;
  bool php = false;
  bool certificates = false;
};

struct Snapshot {
  std::string hostname;
  std::string os;                // "Debian GNU/Linux 12 (bookworm)"
  std::string root;              // --root, as given; empty for the live host
  std::string mounted_at = "/";  // where the top of `root` lies on the audited machine
  std::string taken_at;          // ISO 8601, UTC
  std::string taken_by;          // user name
  HttpdBuild httpd;
  conf::Environment environment;
  RecordedFiles config_files;  // what reading the configuration asked of the machine's files
  conf::Config config;
  conf::Servers servers;  // derived from config
  PathTable paths;
  // Of small files that rules read: .htaccess files, and password files with each hash cut to what
  // tells its scheme (see contents.h). Never a private key.
  std::map<std::string, std::string, std::less<>> contents;
  std::vector<Account> accounts;
  std::vector<Group> groups;
  std::vector<ListeningSocket> sockets;
  std::vector<Process> processes;
  std::vector<PhpSettings> php;
  std::vector<Certificate> certificates;
  std::vector<Gap> gaps;
  Coverage coverage;
  // What several rules derive from all this, computed once. Nothing above changes once it is asked.
  mutable Memo derived;

  const Certificate* certificate(std::string_view file) const;
  const Account* account(std::string_view name) const;
  const Account* account(uint32_t uid) const;
  const Group* group(std::string_view name) const;
};

}  // namespace stockade::host

namespace stockade {
using host::Snapshot;
}
