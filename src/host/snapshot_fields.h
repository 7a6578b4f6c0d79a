// The fields of a Snapshot's parts, for writing and reading: see json_archive.h. Only
// snapshot_json.cc includes this.
#pragma once

#include "host/json_archive.h"
#include "host/snapshot.h"

namespace stockade {

template <class Archive>
void fields(Archive& archive, Error& e) {
  archive("attempted", e.attempted);
  archive("subject", e.subject);
  archive("cause", e.cause);
  archive("remedy", e.remedy);
  archive("code", e.code);
}

constexpr std::string_view kFileTypes[] = {"regular", "directory", "symlink", "fifo",
                                           "socket",  "device",    "unknown"};

template <class Archive>
void fields(Archive& archive, FileStatus& s) {
  std::string type(kFileTypes[static_cast<size_t>(s.type)]);
  archive("type", type);
  for (size_t i = 0; i < std::size(kFileTypes); ++i) {
    if (kFileTypes[i] == type) s.type = static_cast<FileType>(i);
  }
  archive("mode", s.mode);
  archive("uid", s.uid);
  archive("gid", s.gid);
  archive("size", s.size);
  archive("modified", s.modified);
  archive("device", s.device);
  archive("inode", s.inode);
}

template <class Archive>
void fields(Archive& archive, RecordedFiles& r) {
  archive("contents", r.contents);
  archive("entries", r.entries);
  archive("statuses", r.statuses);
  archive("link_statuses", r.link_statuses);
  archive("link_targets", r.link_targets);
}

}  // namespace stockade

namespace stockade::conf {

// check_paths and check_module_files too: the recorded statuses answer them.
template <class Archive>
void fields(Archive& archive, Environment& e) {
  archive("config_file", e.config_file);
  archive("server_root", e.server_root);
  archive("variables", e.variables);
  archive("defines", e.defines);
  archive("before", e.before);
  archive("after", e.after);
  archive("built_in_modules", e.built_in_modules);
  archive("version", e.version);
  archive("check_module_files", e.check_module_files);
  archive("check_paths", e.check_paths);
}

}  // namespace stockade::conf

namespace stockade::host {

template <class Archive>
void fields(Archive& archive, Account& a) {
  archive("name", a.name);
  archive("uid", a.uid);
  archive("gid", a.gid);
  archive("home", a.home);
  archive("shell", a.shell);
  archive("locked", a.locked);
}

template <class Archive>
void fields(Archive& archive, Group& g) {
  archive("name", g.name);
  archive("gid", g.gid);
  archive("members", g.members);
}

template <class Archive>
void fields(Archive& archive, HttpdBuild& h) {
  archive("binary", h.binary);
  archive("version", h.version);
  archive("banner", h.banner);
  archive("mpm", h.mpm);
  archive("package", h.package);
  archive("vendor", h.vendor);
}

template <class Archive>
void fields(Archive& archive, PathFacts& p) {
  fields(archive, p.status);
  archive("target", p.target);
  archive("real_path", p.real_path);
  archive("package_state", p.package_state);
}

template <class Archive>
void fields(Archive& archive, ListeningSocket& s) {
  archive("address", s.address);
  archive("port", s.port);
  archive("process", s.process);
}

template <class Archive>
void fields(Archive& archive, Process& p) {
  archive("pid", p.pid);
  archive("parent", p.parent);
  archive("uid", p.uid);
  archive("gid", p.gid);
  archive("name", p.name);
  archive("executable", p.executable);
  archive("mapped", p.mapped);
  archive("deleted_mapped", p.deleted_mapped);
}

template <class Archive>
void fields(Archive& archive, PhpSettings& p) {
  archive("program", p.program);
  archive("file", p.file);
  archive("values", p.values);
}

template <class Archive>
void fields(Archive& archive, Certificate& c) {
  archive("file", c.file);
  archive("names", c.names);
  archive("subject", c.subject);
  archive("issuer", c.issuer);
  archive("not_before", c.not_before);
  archive("not_after", c.not_after);
  archive("key_type", c.key_type);
  archive("key_bits", c.key_bits);
  archive("signature", c.signature);
  archive("self_signed", c.self_signed);
  archive("chain_length", c.chain_length);
  archive("error", c.error);
}

template <class Archive>
void fields(Archive& archive, Gap& g) {
  archive("what", g.what);
  archive("reason", g.reason);
  archive("needs", g.needs);
}

template <class Archive>
void fields(Archive& archive, Coverage& c) {
  archive("files", c.files);
  archive("owners", c.owners);
  archive("accounts", c.accounts);
  archive("sockets", c.sockets);
  archive("processes", c.processes);
  archive("packages", c.packages);
  archive("php", c.php);
  archive("certificates", c.certificates);
}

// All but the configuration and the paths, which snapshot_json.cc puts in its own way.
template <class Archive>
void fields(Archive& archive, Snapshot& s) {
  archive("hostname", s.hostname);
  archive("os", s.os);
  archive("root", s.root);
  archive("mounted_at", s.mounted_at);
  archive("taken_at", s.taken_at);
  archive("taken_by", s.taken_by);
  archive("httpd", s.httpd);
  archive("environment", s.environment);
  archive("contents", s.contents);
  archive("accounts", s.accounts);
  archive("groups", s.groups);
  archive("sockets", s.sockets);
  archive("processes", s.processes);
  archive("php", s.php);
  archive("certificates", s.certificates);
  archive("gaps", s.gaps);
  archive("coverage", s.coverage);
  archive("config_files", s.config_files);
}

}  // namespace stockade::host
