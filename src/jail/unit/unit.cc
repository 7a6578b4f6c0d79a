#include "jail/unit/unit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "jail/plan/make_plan.h"

namespace stockade::jail {
namespace {

constexpr std::string_view kHardening = R"(NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
KeyringMode=private
DevicePolicy=closed
UMask=0027
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@clock @cpu-emulation @debug @keyring @module @mount @obsolete @raw-io @reboot @resources @swap @privileged
)";

// A word of ExecStart and the like: "%" and "$" mean something there.
std::string quoted(const std::string& word) {
  std::string text = replace_all(replace_all(word, "%", "%%"), "$", "$$");
  text = replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"");
  return text.find_first_of(" \t'\"") == std::string::npos && !text.empty() ? text
                                                                            : "\"" + text + "\"";
}

const Service* httpd_of(const Plan& plan) {
  for (const Service& service : plan.services) {
    if (service.name == "httpd") return &service;
  }
  return nullptr;
}

std::string command_line(const Service& service, bool closed) {
  std::string text = quoted(service.program);
  for (size_t i = 1; i < service.arguments.size(); ++i) {
    std::string word = service.arguments[i];
    if (word.starts_with("LoadModule stockade_jail_module ") && !closed) {
      // Without passed sockets the module has nothing to do.
      if (text.ends_with(" -C")) text.resize(text.size() - 3);
      continue;
    }
    text += " " + quoted(word);
  }
  return text;
}

// httpd itself sends the signal: it looks at the configuration first, and it is there where nothing
// else is.
std::string commands(const Service& service, bool closed) {
  const std::string line = command_line(service, closed);
  return "ExecStart=" + line + "\nExecReload=" + line +
         (closed ? " -D STOCKADE_RELOAD -k graceful\n" : " -k graceful\n");
}

std::string environment_of(const Service& service) {
  std::string text;
  for (const std::string& one : service.environment) text += "Environment=" + quoted(one) + "\n";
  return text;
}

// php-fpm stays in its own unit, which makes the directory of its sockets and takes it away again.
bool is_of_php(const Plan& plan, const Item& item) {
  return std::any_of(plan.services.begin(), plan.services.end(), [&](const Service& service) {
    return !service.ready_path.empty() && parent_path(service.ready_path) == item.path;
  });
}

// RuntimeDirectory= takes names below /run.
std::string runtime_of(const Plan& plan) {
  std::string names;
  for (const Item& item : plan.items) {
    if (item.kind == ItemKind::runtime && item.path.starts_with("/run/") && !is_of_php(plan, item))
      names += " " + item.path.substr(5);
  }
  return names.empty() ? "" : "RuntimeDirectory=" + names.substr(1) + "\n";
}

std::string writable_of(const Plan& plan) {
  std::string text;
  for (const Item& item : plan.items) {
    if (item.kind == ItemKind::log || item.kind == ItemKind::state)
      text += "ReadWritePaths=" + quoted(item.path) + "\n";
  }
  return text;
}

std::string head(const Plan& plan, std::string_view what) {
  return fmt::format(
      "# Made by \"stockade jail unit\" for {}.\n[Unit]\nDescription=Apache httpd, "
      "{}\nAfter=network.target\n",
      plan.config_file, what);
}

std::string hardened(const Plan& plan, const Service& service) {
  return head(plan, "hardened") + "\n[Service]\nType=exec\n" + environment_of(service) +
         commands(service, false) + "KillSignal=SIGWINCH\nKillMode=mixed\nRestart=on-abort\n" +
         "CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_NET_BIND_SERVICE CAP_KILL CAP_CHOWN\n" +
         std::string(kHardening) +
         "SystemCallFilter=@setuid @chown\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n" +
         runtime_of(plan) + writable_of(plan) + "\n[Install]\nWantedBy=multi-user.target\n";
}

std::string binds_of(const Plan& plan, const std::string& name) {
  std::string text = "TemporaryFileSystem=/:ro\n";
  for (const Item& item : plan.items) {
    switch (item.kind) {
      case ItemKind::generated:
        text += "BindReadOnlyPaths=" + made_directory(name) + item.path + ":" + item.path + "\n";
        break;
      case ItemKind::log:
      case ItemKind::state:
        text += "BindPaths=" + item.path + "\n";
        break;
      case ItemKind::runtime:
        if (is_of_php(plan, item)) text += "BindReadOnlyPaths=-" + item.path + "\n";
        if (!item.path.starts_with("/run/") && item.path != "/tmp" && item.path != "/var/tmp")
          text += fmt::format("TemporaryFileSystem={}:mode={:o},noexec\n", item.path, item.mode);
        break;
      case ItemKind::device:
      case ItemKind::link:
        break;
      default:
        text += "BindReadOnlyPaths=" + item.source + ":" + item.path + "\n";
    }
  }
  // systemd makes no links: a name that leads elsewhere is bound a second time.
  for (const Item& item : plan.items) {
    if (item.kind == ItemKind::link && item.path != "/var/run" && item.path != "/var/lock" &&
        item.source.starts_with("/usr/lib"))
      text += "BindReadOnlyPaths=" + item.source + ":" + item.path + "\n";
  }
  return text;
}

// A unit has no doors: where the site connects to others, the network is the host's.
std::string network_of(const Plan& plan) {
  if (plan.backends.empty())
    return "PrivateNetwork=yes\nIPAddressDeny=any\nRestrictAddressFamilies=AF_UNIX\n";
  return "# The site connects to others (" + plan.backends.front().why +
         "); \"stockade jail up\" closes even that network.\n"
         "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n";
}

std::string closed(const Plan& plan, const Service& service, const std::string& name,
                   bool unprivileged) {
  std::string text =
      head(plan, unprivileged ? "closed in and never root" : "closed in") +
      fmt::format(
          "Requires=stockade-{}.socket\n\n[Service]\nType=exec\nSockets=stockade-{}.socket\n", name,
          name) +
      environment_of(service) + commands(service, true) +
      "KillSignal=SIGWINCH\nKillMode=mixed\nRestart=on-abort\n" + std::string(kHardening) +
      // httpd is given its sockets. mod_http2 asks for one more, never uses it, and says AH02949 at
      // the start of each worker.
      "UMask=0077\nPrivateIPC=yes\n" + network_of(plan);
  if (unprivileged) {
    text += "User=" + service.user +
            "\nPrivateUsers=yes\nCapabilityBoundingSet=\nSystemCallFilter=~@setuid @chown\n";
  } else {
    // Root ends who runs as another account; and mod_cgid gives its socket to the workers.
    text += fmt::format(
        "CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_KILL{}\nSystemCallFilter=@setuid{}\n",
        plan.runs_programs ? " CAP_CHOWN" : "", plan.runs_programs ? " @chown" : "");
  }
  return text + "RootDirectory=/var/lib/stockade/jail/" + name + "/root\nMountAPIVFS=yes\n" +
         runtime_of(plan) + binds_of(plan, name) + "\n[Install]\nWantedBy=multi-user.target\n";
}

std::string socket_unit(const Plan& plan) {
  std::string text = head(plan, "its addresses") + "\n[Socket]\n";
  for (const Endpoint& endpoint : plan.endpoints) {
    const bool is_six = endpoint.host.find(':') != std::string::npos;
    text += "ListenStream=" +
            (endpoint.host.empty() ? ""
             : is_six              ? "[" + endpoint.host + "]:"
                                   : endpoint.host + ":") +
            std::to_string(endpoint.port) + "\n";
  }
  return text + "Backlog=511\nKeepAlive=yes\nNoDelay=yes\n\n[Install]\nWantedBy=sockets.target\n";
}

std::string supervised(const Plan& plan, const std::string& name) {
  return head(plan, "in a jail") +
         fmt::format(
             "Conflicts=apache2.service\n\n[Service]\nType=notify\nNotifyAccess=main\n"
             "ExecStart=/usr/bin/stockade jail up --foreground --name {0} --config {1}\n"
             "ExecReload=/usr/bin/stockade jail reload --name "
             "{0}\nKillMode=mixed\nTimeoutStartSec=180\nRestart=on-failure\n"
             "RuntimeDirectory=stockade/jail\nRuntimeDirectoryPreserve=yes\n"
             // What it needs to build the jail; the jail itself has four capabilities, on nothing
             // of the host.
             "CapabilityBoundingSet=CAP_SYS_ADMIN CAP_SYS_CHROOT CAP_SETUID CAP_SETGID CAP_SETPCAP "
             "CAP_KILL CAP_CHOWN CAP_FOWNER CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_MKNOD "
             "CAP_NET_BIND_SERVICE CAP_SYS_PTRACE\n"
             "\n[Install]\nWantedBy=multi-user.target\n",
             name, quoted(plan.config_file));
}

}  // namespace

std::string made_directory(const std::string& name) {
  return "/var/lib/stockade/jail/" + name + "/made";
}

std::vector<UnitFile> make_units(const Plan& plan, UnitKind kind, const std::string& name) {
  const Service* service = httpd_of(plan);
  if (service == nullptr) return {};
  const std::string base = "stockade-" + name;
  switch (kind) {
    case UnitKind::hardened:
      return {{base + ".service", hardened(plan, *service)}};
    case UnitKind::supervised:
      return {{base + ".service", supervised(plan, name)}};
    case UnitKind::closed:
      return {{base + ".service", closed(plan, *service, name, false)},
              {base + ".socket", socket_unit(plan)}};
    case UnitKind::unprivileged:
      return {{base + ".service", closed(plan, *service, name, true)},
              {base + ".socket", socket_unit(plan)}};
  }
  return {};
}

}  // namespace stockade::jail
