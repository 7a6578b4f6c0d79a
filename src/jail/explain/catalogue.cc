#include "jail/explain/catalogue.h"

#include <algorithm>

#include "base/text.h"

namespace stockade::jail {
namespace {

constexpr std::string_view kReplan =
    "run \"stockade jail plan\" and look whether it is listed; --also brings a path in, \"stockade "
    "jail rehearse\" finds what is missing";

constexpr Explanation kExplanations[] = {
    // --- httpd does not start
    {"no-user", "AH00543*bad user name",
     "httpd looks up its User in /etc/passwd, and the jail has none with that account",
     "the plan makes one: give User an account that exists on the host"},
    {"no-group", "AH00544*bad group name",
     "httpd looks up its Group in /etc/group, and the jail has none with that group",
     "the plan makes one: give Group a group that exists on the host"},
    {"no-mime-types", "AH01597*mime types config file",
     "mod_mime reads /etc/mime.types, or what TypesConfig names, at its start", kReplan},
    {"no-runtime-directory", "DefaultRuntimeDir must be a valid directory",
     "the directory for sockets and pid files is not there",
     "name one with DefaultRuntimeDir: the plan makes it in memory"},
    {"no-log-directory", "AH02291*Cannot access directory",
     "the directory of an error log is not in the jail",
     "logs need a directory of their own: one of the host's /var/log itself stays outside"},
    {"log-refused", "AH00091*could not open error log",
     "the directory of the error log is there and may not be written to: its owner, or Landlock",
     "the plan lists it as \"log\" where a directive names it; a path that a program computes has "
     "to be given with --writable"},
    {"log-closed", "AH00015*Unable to open logs",
     "a log or a listening address could not be opened; the line before says which",
     "explain the line before it"},
    {"library-missing", "error while loading shared libraries*cannot open shared object file",
     "a library that a program needs is not in the jail",
     "\"stockade jail plan --all\" lists them with who needs them; a library that was installed "
     "since needs a new generation: \"stockade jail swap\""},
    {"module-missing", "Cannot load*into server*cannot open shared object file",
     "LoadModule names a file that is not in the jail, or that file needs a library that is not",
     kReplan},
    {"module-symbol", "Cannot load*into server*undefined symbol",
     "the module was built for another httpd or loads before one that it needs",
     "this is no matter of the jail: the same line stands there without it"},
    {"program-refused", "/usr/sbin/*: No such file or directory",
     "a program is there, its dynamic loader is not: the kernel names the program all the same",
     kReplan},
    {"libgcc-missing", "libgcc_s.so.1 must be installed for pthread_exit to work",
     "glibc opens libgcc_s when a thread ends: a server without it starts, and falls at the first "
     "graceful restart",
     "the plan holds it for every threaded program; with ChrootDir it has to be loaded before, by "
     "LoadFile"},
    {"child-aborts", "AH00052*exit signal Abort",
     "workers end by an abort: nearly always a library that is opened late and is missing",
     "look for the line before it; libgcc_s.so.1 is the usual one"},
    {"no-document-root", "AH00112*DocumentRoot*does not exist",
     "what DocumentRoot names is not in the jail",
     "directories that directives name are in the plan; one behind a link of somebody else than "
     "root is not"},
    {"document-root-not-directory", "DocumentRoot*is not a directory",
     "the configuration is read before ChrootDir is entered: the path has to exist outside and "
     "inside",
     "use --level full, where there is one path only"},
    {"no-config", "could not open configuration file", "a configuration file is not in the jail",
     "Include of a place under /etc or /usr/share is bound file by file: a new one needs "
     "\"stockade jail swap\""},
    {"no-certificate", "SSLCertificateFile: file*does not exist or is empty",
     "the certificate is not in the jail, or was empty when it was copied",
     "\"stockade jail refresh\" copies it again"},
    {"no-key", "SSLCertificateKeyFile: file*does not exist or is empty",
     "the private key is not in the jail, or was empty when it was copied",
     "\"stockade jail refresh\" copies it again"},
    {"key-unreadable", "AH02578*Unable to read pass phrase",
     "a key with a passphrase asks for it, and there is nobody inside to ask",
     "take the passphrase off the key, or let SSLPassPhraseDialog name a program and bring it in"},
    {"no-mutex", "AH00023*Couldn't create the*mutex",
     "httpd makes its mutexes in shared memory by /dev/zero, as semaphores in /dev/shm (\"Mutex "
     "posixsem\"), or as files",
     "a Mutex file: directory has to exist in the plan as \"runtime\""},
    {"no-bind", "no socket was passed for Listen",
     "an address that was not passed in: the supervisor opens what Listen names, and nothing "
     "inside may bind",
     "after a change of Listen, \"stockade jail swap\" opens the new address; reload alone does "
     "not"},
    {"no-pid-file", "AH00099*could not create", "the directory of PidFile is not writable inside",
     "let PidFile name a file below DefaultRuntimeDir"},
    {"no-scoreboard", "unable to create or access scoreboard",
     "ScoreBoardFile names a place that is not writable inside",
     "remove ScoreBoardFile: the scoreboard is in memory by itself"},
    {"no-detach", "AH00496*apr_proc_detach failed", "httpd wants /dev/null to leave its terminal",
     "start it by \"stockade jail up\", which keeps it in the foreground"},
    {"config-failed", "AH00016*Configuration Failed",
     "a module refused the configuration; the lines before say which",
     "explain the line before it"},
    {"killed-by-filter", "exit signal Bad system call",
     "a system call filter of somebody else's ends processes: ours answers with an error",
     "look at the unit's SystemCallFilter"},
    // --- CGIs
    {"cgi-loader", "No such file or directory: AH01241*exec of*failed",
     "the CGI's interpreter or loader is not in the jail",
     "a script needs its interpreter: the plan adds that of executable scripts; make it "
     "executable"},
    {"cgi-not-started", "Permission denied: AH01241*exec of*failed",
     "only what lies in a directory of ScriptAlias or Options ExecCGI may be started",
     "move the CGI there"},
    {"cgi-missing", "script not found or unable to stat",
     "the CGI or what it includes is not in the jail", kReplan},
    {"cgi-headers", "End of script output before headers",
     "the CGI ended before it said anything: mostly a library or file that it misses",
     "run \"stockade jail rehearse\": it shows what the CGI opened"},
    {"cgi-socket", "AH01257*unable to connect to cgi daemon after multiple tries",
     "mod_cgid's socket is outside the jail: each request waits half a minute",
     "use --level full, or let ScriptSock name a place in DefaultRuntimeDir"},
    {"cgi-socket-bind", "AH01243*Couldn't bind unix domain socket",
     "mod_cgid makes its socket in the runtime directory, and may not",
     "let ScriptSock name a place in DefaultRuntimeDir"},
    {"cgi-daemon", "AH01238*cgid daemon failed",
     "mod_cgid's daemon could not set itself up; the line before says why",
     "explain the line before it"},
    {"cgi-killed", "CGI process*didn't exit",
     "a CGI went on for three seconds after its client had left, and was ended; at once where "
     "sleeping is refused, which is a filter without pselect6",
     "nothing, where the CGI is slow to end; else look at the unit's SystemCallFilter"},
    // --- PHP
    {"fpm-socket", "AH02454*attempt to connect to Unix domain socket*failed",
     "php-fpm's socket is not in the jail: no pool of the plan listens there, or php-fpm has not "
     "come up",
     "\"stockade jail plan\" lists php-fpm where SetHandler or ProxyPass names a pool's socket"},
    {"fpm-no-answer", "AH01067*Failed to read FastCGI header",
     "a PHP worker ended before it answered: without time zones date() is a crash",
     "look whether /usr/share/zoneinfo is in the plan"},
    {"fpm-down", "AH01079*failed to make connection to backend",
     "php-fpm does not answer at its socket",
     "\"stockade jail status\", and the output of php-fpm in output.log"},
    {"fpm-config", "failed to open configuration file*php-fpm",
     "php-fpm's main file is not in the jail", kReplan},
    {"fpm-no-pool", "No pool defined",
     "the directory of php-fpm's pools is not in the jail, or empty", kReplan},
    {"fpm-no-pools", "Unable to globalize", "the directory of php-fpm's pools is not in the jail",
     kReplan},
    {"fpm-user", "cannot get uid for user", "a pool names an account that the jail does not have",
     "give the pool an account that exists on the host"},
    {"fpm-group", "cannot get gid for group", "a pool names a group that the jail does not have",
     "give the pool a group that exists on the host"},
    {"fpm-bind", "unable to bind listening socket for address",
     "the directory of php-fpm's socket is not writable inside",
     "let listen name a place in /run/php"},
    {"fpm-pid", "Unable to create the PID file",
     "php-fpm's runtime directory is not writable inside", kReplan},
    {"fpm-log", "failed to open error_log",
     "a pool writes a log to a place that is not in the jail",
     "logs need a directory of their own"},
    {"php-extension", "Unable to load dynamic library",
     "an extension or a library that it needs is not in the jail",
     "extensions that php.ini and conf.d name are in the plan; one that was installed since needs "
     "\"stockade jail swap\""},
    {"php-timezone", "Unknown or bad timezone",
     "the time zones are not in the jail; date() may crash the worker",
     "/usr/share/zoneinfo belongs into the plan"},
    {"php-session", "session_start(): open(*failed", "the directory of sessions is not in the jail",
     "session.save_path is in the plan where php.ini sets it; a pool's own needs --writable"},
    {"php-session-2", "session_start(): Failed to read session data",
     "the directory of sessions is not in the jail",
     "session.save_path is in the plan where php.ini sets it; a pool's own needs --writable"},
    {"php-iconv", "iconv(): Wrong encoding, conversion",
     "character sets are files (gconv), and this one is not in the jail", kReplan},
    {"php-openssl", "configuration file routines::no such file",
     "OpenSSL's configuration is not in the jail", "/etc/ssl/openssl.cnf belongs into the plan"},
    {"php-no-shell", "Unable to execute", "there is no shell in the jail, and shall be none",
     "let the program do it by a library; nothing that a web page starts in a shell is safe"},
    {"php-mail", "Could not execute mail delivery program",
     "mail() starts a shell, and there is none in the jail",
     "let the site send mail by SMTP, and give --connect-to 25"},
    {"php-write", "Failed to open stream: Read-only file system",
     "what is served cannot be written to", "uploads and caches need a directory: --writable DIR"},
    {"php-write-2", "Failed to open stream: Permission denied",
     "the place is not one that is written to in the jail",
     "uploads and caches need a directory: --writable DIR"},
    {"php-jit", "Allocation of JIT memory failed",
     "memory is written to or run in the jail, never both",
     "set pcre.jit=0: php-fpm is started with it"},
    // --- the network
    {"no-network", "Network is unreachable", "the jail's network is empty",
     "a server outside that the site asks needs --connect-to PORT; one that ProxyPass names is in "
     "the plan"},
    {"no-names", "DNS lookup failure for", "names are looked up in a file: the network is empty",
     "name the server by its address, or give --connect-to PORT"},
    {"proxy-refused", "Permission denied: AH00957*attempt to connect to",
     "only ports that the plan lists may be connected to", "--connect-to PORT"},
    // --- files
    {"read-only", "Read-only file system",
     "the file lies in a part of the host that the jail only reads", "--writable DIR"},
    {"stale", "replaced on the host since",
     "the file was replaced on the host since the jail was built", "\"stockade jail swap\""},
};

bool holds(std::string_view text, std::string_view pattern) {
  for (const std::string_view part : split(pattern, '*')) {
    bool found = false;
    for (size_t at = 0; at + part.size() <= text.size() && !found; ++at) {
      if (!equals_ignoring_case(text.substr(at, part.size()), part)) continue;
      text.remove_prefix(at + part.size());
      found = true;
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace

std::span<const Explanation> explanations() { return kExplanations; }

std::vector<const Explanation*> explain(std::string_view text) {
  std::vector<const Explanation*> found;
  for (const Explanation& one : kExplanations) {
    if (holds(text, one.pattern)) found.push_back(&one);
  }
  std::stable_sort(found.begin(), found.end(), [](const Explanation* a, const Explanation* b) {
    return a->pattern.size() > b->pattern.size();
  });
  return found;
}

std::string explain_path(const Plan& plan, std::string_view path) {
  const Item* item = item_holding(plan, path);
  if (item == nullptr) {
    return std::string(path) +
           " is not in the jail: no directive, no program and no rule names it. "
           "--also brings it in to be read, --writable to be written to.\n";
  }
  std::string text = std::string(path) + " is in the jail as " +
                     std::string(to_string(item->kind)) + ": " + item->why + ".\n";
  if (item->path != path) text += "It lies in " + item->path + ", which is bound as a whole.\n";
  text += item->writable()     ? "It may be written to, and holds no programs.\n"
          : item->executable() ? "It is read-only and may hold code.\n"
                               : "It is read-only, and nothing in it is run.\n";
  return text;
}

}  // namespace stockade::jail
