#include "httpd_oracle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/live_file_system.h"
#include "base/text.h"
#include "report/config_dump.h"

namespace stockade::oracle {

namespace {

void write_file(const std::string& path, std::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return;
  if (write(file, bytes.data(), bytes.size()) < 0) unlink(path.c_str());
  close(file);
}

std::string first_difference(std::string_view ours, std::string_view theirs) {
  const auto our_lines = split(ours, '\n');
  const auto their_lines = split(theirs, '\n');
  for (size_t i = 0;; ++i) {
    const bool mine = i < our_lines.size();
    const bool his = i < their_lines.size();
    if (!mine && !his) return "";
    if (mine && his && our_lines[i] == their_lines[i]) continue;
    return fmt::format("texts differ at line {}\n  stockade: {}\n  httpd:    {}", i + 1,
                       mine ? our_lines[i] : "(end)", his ? their_lines[i] : "(end)");
  }
}

// Where Stockade prints "?" httpd has asked the resolver.
bool same_host_line(std::string_view ours, std::string_view theirs) {
  const size_t asked = ours.find(" ? (");
  if (asked == std::string_view::npos) return ours == theirs;
  const std::string_view tail = ours.substr(asked + 2);
  return theirs.starts_with(ours.substr(0, asked + 1)) && theirs.ends_with(tail);
}

// The settings below the table that the configuration alone tells are some of httpd's, in order.
std::string host_difference(const std::string& ours, const std::string& theirs) {
  const auto our_lines = split(ours, '\n');
  const auto their_lines = split(theirs, '\n');
  bool settings = false;
  size_t at = 0;
  for (const std::string_view line : our_lines) {
    settings = settings || line.starts_with("ServerRoot: ");
    // Of an account the name alone.
    while (settings && at < their_lines.size() && !their_lines[at].starts_with(line)) ++at;
    const std::string_view his = at < their_lines.size() ? their_lines[at] : "(end)";
    ++at;
    if (settings ? his.starts_with(line) : same_host_line(line, his)) continue;
    return fmt::format("tables differ\n  stockade: {}\n  httpd:    {}\n  all of it:\n{}", line, his,
                       theirs);
  }
  return "";
}

// "" or how the two verdicts differ.
std::string compare_verdicts(const conf::Problem* verdict, const HttpdAnswer& answer) {
  const std::string said = answer.accepted ? "" : "\n  httpd says: " + answer.err;
  if (answer.accepted && verdict != nullptr) {
    return fmt::format("httpd accepts what Stockade refuses: line {} of {}: {}", verdict->counted,
                       verdict->where, verdict->message);
  }
  if (answer.accepted) return "";
  if (verdict == nullptr) return "httpd refuses what Stockade accepts" + said;
  const std::string ours = fmt::format("{} of {}", verdict->counted, verdict->where);
  if (answer.place.empty() || ours == answer.place) return "";
  return fmt::format("both refuse, at different places\n  stockade: {}: {}\n  httpd:    {}{}", ours,
                     verdict->message, answer.place, said);
}

std::string prelude(const std::vector<std::string>& modules) {
  std::string text;
  for (const std::string& name : modules) {
    text += fmt::format("LoadModule {}_module {}/mod_{}.so\n", name, kHttpdModules, name);
  }
  return text + "ServerName oracle.example\nErrorLog /dev/null\n";
}

std::vector<std::string> questions(Printed printed) {
  switch (printed) {
    case Printed::hosts:
      return {"DUMP_VHOSTS", "DUMP_RUN_CFG"};
    case Printed::includes:
      return {"DUMP_INCLUDES"};
    default:
      return {"DUMP_CONFIG"};
  }
}

}  // namespace

const std::vector<std::string> kFewModules = {"mpm_event", "info",    "macro", "authz_core",
                                              "alias",     "headers", "env"};
const std::vector<std::string> kManyModules = {"mpm_event",
                                               "info",
                                               "macro",
                                               "access_compat",
                                               "actions",
                                               "alias",
                                               "allowmethods",
                                               "asis",
                                               "auth_basic",
                                               "auth_digest",
                                               "authn_anon",
                                               "authn_core",
                                               "authn_dbm",
                                               "authn_file",
                                               "authz_core",
                                               "authz_dbm",
                                               "authz_groupfile",
                                               "authz_host",
                                               "authz_owner",
                                               "authz_user",
                                               "autoindex",
                                               "buffer",
                                               "cache",
                                               "cache_disk",
                                               "cgid",
                                               "dav",
                                               "dav_fs",
                                               "deflate",
                                               "dir",
                                               "env",
                                               "expires",
                                               "ext_filter",
                                               "filter",
                                               "headers",
                                               "http2",
                                               "include",
                                               "lbmethod_byrequests",
                                               "mime",
                                               "mime_magic",
                                               "negotiation",
                                               "proxy",
                                               "proxy_ajp",
                                               "proxy_balancer",
                                               "proxy_connect",
                                               "proxy_fcgi",
                                               "proxy_ftp",
                                               "proxy_http",
                                               "proxy_scgi",
                                               "proxy_wstunnel",
                                               "ratelimit",
                                               "remoteip",
                                               "reqtimeout",
                                               "request",
                                               "rewrite",
                                               "session",
                                               "session_cookie",
                                               "setenvif",
                                               "slotmem_shm",
                                               "socache_shmcb",
                                               "speling",
                                               "ssl",
                                               "status",
                                               "substitute",
                                               "suexec",
                                               "unique_id",
                                               "userdir",
                                               "usertrack",
                                               "vhost_alias"};

World::World(Printed printed, const std::vector<std::string>& modules) : printed_(printed) {
  char pattern[] = "/tmp/stockade-oracle-XXXXXX";
  const char* made = mkdtemp(pattern);
  scratch_ = made == nullptr ? "/nonexistent" : made;
  directory_ = scratch_ + "/w";
  write_file(scratch_ + "/prelude.conf", prelude(modules));
  mkdir(directory_.c_str(), 0755);
  if (ForkedHttpd::possible()) forked_ = std::make_unique<ForkedHttpd>(httpd_arguments(), scratch_);
}

World::~World() {
  forked_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(scratch_, ignored);
}

void World::fill(const Case& wanted) const {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
  mkdir(directory_.c_str(), 0755);
  for (const CaseFile& file : wanted.files) {
    const std::filesystem::path target = path(file.path);
    std::filesystem::create_directories(target.parent_path(), ignored);
    write_file(target, content_of(file));
  }
}

conf::Environment World::environment() const {
  conf::Environment environment;
  environment.config_file = path("main.conf");
  environment.server_root = directory_;
  environment.variables = {variables().begin(), variables().end()};
  environment.defines = questions(printed_);
  environment.defines.emplace_back("Given");
  environment.before = {"Include " + scratch_ + "/prelude.conf"};
  environment.built_in_modules = conf::default_built_in_modules();
  environment.check_module_files = true;
  environment.check_paths = true;
  return environment;
}

std::vector<std::string> World::httpd_arguments() const {
  std::vector<std::string> arguments = {"-t"};
  for (const std::string& question : questions(printed_)) {
    arguments.insert(arguments.end(), {"-D", question});
  }
  arguments.insert(arguments.end(),
                   {"-D", "Given", "-d", directory_, "-C", "Include " + scratch_ + "/prelude.conf",
                    "-f", path("main.conf")});
  return arguments;
}

std::string World::difference(const Case& wanted) const {
  ask(wanted);
  return answer();
}

void World::ask(const Case& wanted) const {
  fill(wanted);
  if (forked_) forked_->ask();
}

std::string World::answer() const {
  if (!forked_) return difference(environment(), httpd_arguments());
  const conf::Environment told = environment();
  conf::Config config = conf::evaluate(LiveFileSystem(), told);
  return compare(told, std::move(config), forked_->answer());
}

std::string World::difference(const conf::Environment& environment,
                              const std::vector<std::string>& arguments) const {
  const HttpdAnswer answer = ask_httpd(arguments, scratch_);
  return compare(environment, conf::evaluate(LiveFileSystem(), environment), answer);
}

std::string World::compare(const conf::Environment& environment, conf::Config config,
                           const HttpdAnswer& answer) const {
  if (!answer.impossible.empty()) return answer.impossible + ": " + answer.err;
  if (std::string said = compare_verdicts(config.verdict(), answer); !said.empty()) return said;
  if (!answer.accepted) return "";
  host::Snapshot snapshot;
  switch (printed_) {
    case Printed::tree:
      return first_difference(report::config_dump(config), answer.out);
    case Printed::includes:
      return first_difference(report::config_includes(config), answer.out);
    case Printed::hosts:
      snapshot.environment = environment;
      snapshot.config = std::move(config);
      snapshot.servers = conf::collect_servers(snapshot.config);
      return host_difference(report::config_vhosts(snapshot), answer.out);
  }
  return "";
}

}  // namespace stockade::oracle
