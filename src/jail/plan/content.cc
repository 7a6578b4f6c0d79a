// What is served, logged and written to, and whom the site talks to.
#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "host/named_paths.h"
#include "jail/plan/draft.h"

namespace stockade::jail {
namespace {

struct Naming {
  std::string_view directive;
  size_t argument;
  ItemKind kind;
  bool parent;  // the directory around the named file is what is needed
};
constexpr Naming kNamings[] = {
    {"SSLCertificateFile", 0, ItemKind::secret, false},
    {"SSLCertificateKeyFile", 0, ItemKind::secret, false},
    {"SSLCertificateChainFile", 0, ItemKind::secret, false},
    {"SSLProxyMachineCertificateFile", 0, ItemKind::secret, false},
    {"SSLProxyMachineCertificateChainFile", 0, ItemKind::secret, false},
    {"SSLSessionTicketKeyFile", 0, ItemKind::secret, false},
    {"SessionCryptoPassphraseFile", 0, ItemKind::secret, false},
    {"SSLCACertificateFile", 0, ItemKind::data, false},
    {"SSLCACertificatePath", 0, ItemKind::data, false},
    {"SSLCADNRequestFile", 0, ItemKind::data, false},
    {"SSLCARevocationFile", 0, ItemKind::data, false},
    {"SSLCARevocationPath", 0, ItemKind::data, false},
    {"SSLProxyCACertificateFile", 0, ItemKind::data, false},
    {"SSLProxyCACertificatePath", 0, ItemKind::data, false},
    {"AuthUserFile", 0, ItemKind::data, false},
    {"AuthGroupFile", 0, ItemKind::data, false},
    {"AuthDigestFile", 0, ItemKind::data, false},
    {"AuthDBMUserFile", 0, ItemKind::data, true},
    {"AuthDBMGroupFile", 0, ItemKind::data, true},
    {"TypesConfig", 0, ItemKind::data, false},
    {"MIMEMagicFile", 0, ItemKind::data, false},
    {"SecUnicodeMapFile", 0, ItemKind::data, false},
    {"SecGeoLookupDb", 0, ItemKind::data, false},
    {"GeoIPDBFile", 0, ItemKind::data, false},
    {"MaxMindDBFile", 1, ItemKind::data, false},
    {"WSGIScriptAlias", 1, ItemKind::content, true},
    {"WSGIImportScript", 0, ItemKind::content, true},
    {"PerlRequire", 0, ItemKind::content, false},
    {"LuaHookFixups", 0, ItemKind::content, true},
    {"LuaHookAccessChecker", 0, ItemKind::content, true},
    {"LuaHookAuthChecker", 0, ItemKind::content, true},
    {"LuaHookTranslateName", 0, ItemKind::content, true},
    {"LuaMapHandler", 1, ItemKind::content, true},
    {"LuaRoot", 0, ItemKind::content, false},
    {"XSendFilePath", 0, ItemKind::content, false},
    {"ErrorLog", 0, ItemKind::log, true},
    {"CustomLog", 0, ItemKind::log, true},
    {"TransferLog", 0, ItemKind::log, true},
    {"GlobalLog", 0, ItemKind::log, true},
    {"ForensicLog", 0, ItemKind::log, true},
    {"ScriptLog", 0, ItemKind::log, true},
    {"SecAuditLog", 0, ItemKind::log, true},
    {"SecDebugLog", 0, ItemKind::log, true},
    {"SecAuditLogStorageDir", 0, ItemKind::state, false},
    {"SecDataDir", 0, ItemKind::state, false},
    {"SecUploadDir", 0, ItemKind::state, false},
    {"DavLockDB", 0, ItemKind::state, true},
    {"CacheRoot", 0, ItemKind::state, false},
    {"MDStoreDir", 0, ItemKind::state, false},
    {"OIDCCacheDir", 0, ItemKind::state, false},
    {"DOSLogDir", 0, ItemKind::state, false},
};

bool names_a_file(std::string_view text) {
  return !text.empty() && text.front() != '|' && !text.starts_with("syslog") &&
         !text.starts_with("journald") && text.find("${") == std::string_view::npos &&
         text != "/dev/null" && text.find("://") == std::string_view::npos && text != "none";
}

void plan_log(Draft& draft, const std::string& path, std::string_view directive) {
  const std::string directory = resolve_links(draft.files(), std::string(parent_path(path)));
  if (directory == "/var/log" || directory == "/") {
    draft.lose(path, "its directory holds the logs of the whole machine and stays outside; let " +
                         std::string(directive) + " name a file in a directory of its own");
    return;
  }
  if (is_within(directory, "/tmp") || is_within(directory, "/var/tmp")) {
    draft.lose(path,
               "/tmp is written to inside, so a log below it can be cut there; keep it elsewhere");
  }
  if (!draft.bind(ItemKind::log, directory, std::string(directive) + " writes there")) {
    draft.lose(path, "the directory of this log does not exist");
  }
}

void plan_named_files(Draft& draft) {
  const auto& config = draft.snapshot().config;
  for (const Naming& naming : kNamings) {
    for (const conf::Directive* d : directives(config, naming.directive)) {
      const std::string_view text = d->arg(naming.argument);
      if (!names_a_file(text)) continue;
      const std::string path = absolute_path(config.server_root, text);
      if (naming.kind == ItemKind::log) {
        plan_log(draft, path, naming.directive);
        continue;
      }
      const std::string target = naming.parent ? std::string(parent_path(path)) : path;
      const bool is_tmp = target == "/tmp" || target == "/var/tmp";
      if (!is_tmp) draft.bind(naming.kind, target, std::string(naming.directive));
    }
  }
  for (const conf::Directive* d : config.all("RewriteMap")) {
    const std::string_view text = d->arg(1);
    const size_t at = text.find(":/");
    if (at != std::string_view::npos && !text.starts_with("prg:") && !text.starts_with("int:")) {
      draft.bind(ItemKind::data, text.substr(at + 1), "RewriteMap " + std::string(d->arg(0)));
    }
  }
}

// The part of a path before the first thing that is not known until a request comes.
std::string fixed_part(std::string_view path) {
  const size_t open = path.find_first_of("$%*?[");
  if (open == std::string_view::npos) return std::string(path);
  const size_t slash = path.rfind('/', open);
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

// A link of root's that leads out of the site is meant; a link of anybody else's could be there to
// bring /etc into the jail.
void follow_links_of_root(Draft& draft, const std::string& directory, int depth, int& budget) {
  const auto names = draft.files().list(directory);
  if (!names) return;
  for (const std::string& name : *names) {
    if (--budget < 0) return;
    const std::string path = directory + "/" + name;
    const auto status = draft.files().link_status(path);
    if (!status) continue;
    if (status->type == FileType::symlink && status->uid == 0) {
      const std::string target = resolve_links(draft.files(), path);
      if (target != path && target.size() > 1 && !is_within(target, directory)) {
        draft.bind(ItemKind::content, target, "the link " + path + " leads there");
      }
    } else if (status->type == FileType::directory && depth > 0) {
      follow_links_of_root(draft, path, depth - 1, budget);
    }
  }
}

void plan_served(Draft& draft) {
  for (const std::string& directory : host::served_directories(draft.snapshot())) {
    if (directory == "/") {
      draft.lose("/", "the root of the machine is served; it stays outside");
      continue;
    }
    draft.bind(ItemKind::content, directory, "served by httpd");
    int budget = 2000;
    follow_links_of_root(draft, resolve_links(draft.files(), directory), 2, budget);
  }
  for (const std::string_view directive :
       {"AliasMatch", "ScriptAliasMatch", "VirtualDocumentRoot", "VirtualScriptAlias"}) {
    for (const conf::Directive* d : directives(draft.snapshot().config, directive)) {
      const std::string path = fixed_part(d->arg(directive.starts_with("Virtual") ? 0 : 1));
      if (path.size() > 1) draft.bind(ItemKind::content, path, std::string(directive));
    }
  }
  for (const conf::Directive* d : draft.snapshot().config.all("UserDir")) {
    const std::string_view name = d->arg(0);
    if (name.empty() || name == "disabled" || name.front() == '/' || d->words.size() != 1) continue;
    const auto homes = draft.files().list("/home");
    if (!homes) continue;
    for (const std::string& home : *homes) {
      draft.bind(ItemKind::content, "/home/" + home + "/" + std::string(name), "UserDir");
    }
  }
}

// The port of "http://10.0.0.5:8080/app", or its scheme's own; 0: none.
uint16_t port_of(std::string_view url) {
  static const std::map<std::string_view, uint16_t> kDefaults = {
      {"http", 80},   {"https", 443}, {"ws", 80},     {"wss", 443}, {"fcgi", 8000},
      {"scgi", 4000}, {"ajp", 8009},  {"h2", 443},    {"h2c", 80},  {"ftp", 21},
      {"ldap", 389},  {"ldaps", 636}, {"uwsgi", 3031}};
  const size_t end = url.find("://");
  const auto known = kDefaults.find(url.substr(0, end));
  if (end == std::string_view::npos || known == kDefaults.end()) return 0;
  std::string_view host = url.substr(end + 3);
  host = host.substr(0, host.find('/'));
  if (host.find("${") != std::string_view::npos) return known->second;
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos)
    return known->second;
  const auto port = parse_number(host.substr(colon + 1));
  return port && *port > 0 && *port < 65536 ? static_cast<uint16_t>(*port) : known->second;
}

// The host of "http://10.0.0.5:8080/app"; empty where it is not known until a request comes.
std::string host_of(std::string_view url) {
  std::string_view host = url.substr(url.find("://") + 3);
  host = host.substr(0, host.find_first_of("/?"));
  if (host.find_first_of("$%*") != std::string_view::npos) return "";
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

void plan_backend(Draft& draft, std::string_view text, const std::string& directive) {
  const size_t socket = text.find("unix:");
  if (socket != std::string_view::npos) {
    const std::string_view path = text.substr(socket + 5, text.find('|', socket) - socket - 5);
    const std::string directory(parent_path(path));
    // php-fpm's is made by php-fpm, inside.
    if (path.find("php") == std::string_view::npos && directory != "/" && directory != "/run") {
      draft.bind(ItemKind::data, directory, "the socket of a program outside (" + directive + ")");
    }
    return;
  }
  size_t begin = text.find("://");
  if (begin == std::string_view::npos) return;
  while (begin > 0 && (is_digit(text[begin - 1]) ||
                       (to_lower(text[begin - 1]) >= 'a' && to_lower(text[begin - 1]) <= 'z')))
    --begin;
  const uint16_t port = port_of(text.substr(begin));
  if (port != 0) {
    draft.plan().backends.push_back(
        {host_of(text.substr(begin)), port, directive + " " + std::string(text.substr(begin))});
  }
}

void plan_backends(Draft& draft) {
  const auto& config = draft.snapshot().config;
  for (const std::string_view directive :
       {"ProxyPass", "ProxyPassMatch", "BalancerMember", "SetHandler", "RewriteRule", "AuthLDAPURL",
        "OIDCProviderMetadataURL", "ProxyRemote", "WSGIProxy"}) {
    for (const conf::Directive* d : directives(config, directive)) {
      for (const conf::Word& word : d->words) {
        const bool is_proxied =
            directive != "RewriteRule" || d->arg(2).find('P') != std::string_view::npos;
        if (is_proxied) plan_backend(draft, word.text, std::string(directive));
      }
    }
  }
  for (const conf::Directive* d : config.all("SSLUseStapling")) {
    if (equals_ignoring_case(d->arg(0), "on"))
      draft.plan().backends.push_back({"", 80, "SSLUseStapling asks the authority"});
  }
  if (config.has_module("md_module") && !config.all("MDomain").empty())
    draft.plan().backends.push_back({"", 443, "mod_md asks the authority"});
  auto& all = draft.plan().backends;
  const auto place = [](const Backend& one) { return std::tie(one.host, one.port); };
  std::sort(all.begin(), all.end(),
            [&](const Backend& a, const Backend& b) { return place(a) < place(b); });
  all.erase(std::unique(all.begin(), all.end(),
                        [&](const Backend& a, const Backend& b) { return place(a) == place(b); }),
            all.end());
}

}  // namespace

void plan_losses(Draft& draft) {
  for (const Backend& backend : draft.plan().backends) {
    if (!backend.host.empty()) continue;
    draft.lose("an empty network",
               "the site connects to hosts that are not known beforehand (" + backend.why +
                   "): the jail keeps the host's network, and only connections to those ports are "
                   "allowed");
  }
}

void plan_content(Draft& draft) {
  plan_served(draft);
  plan_named_files(draft);
  plan_backends(draft);
}

}  // namespace stockade::jail
