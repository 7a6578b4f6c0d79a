#include "breaks.h"

#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/text.h"
#include "output_of.h"

namespace stockade::test {
namespace {

const std::string kLibraries = "/usr/lib/x86_64-linux-gnu/";
constexpr const char* kPhpHandler =
    "SetHandler \"proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost\"";
constexpr const char* kProxyHttp =
    "LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so\n";

void wait(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

std::string restart(const JailSite& site) { return site.jail("reload").errors; }

std::string add_listen(const JailSite& site) {
  site.configure("Listen 127.0.0.1:" + std::to_string(site.port() == 1999 ? 1998 : 1999));
  return site.jail("reload").errors;
}

void encrypt_key(const JailSite& site) {
  const std::string path = site.tree().path() + "/built/certificate-key.pem";
  const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(path.c_str(), "r"), fclose);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<FILE, int (*)(FILE*)> out(fopen(path.c_str(), "w"), fclose);
  char word[] = "passphrase";
  PEM_write_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), word, sizeof word - 1, nullptr,
                            nullptr);
}

void make_log_a_directory(const JailSite& site) { site.tree().make_directory("/logs/error.log"); }

void write_cgi_of_htaccess(const JailSite& site) {
  site.tree().write("/site/htdocs/.htaccess", "Options +ExecCGI\nAddHandler cgi-script .cgi\n");
  std::filesystem::copy_file(site.tree().path() + "/built/cgi-bin/hello",
                             site.tree().path() + "/site/htdocs/try.cgi");
}

void write_script(const JailSite& site) {
  site.tree().write("/built/cgi-bin/script",
                    "#!/usr/bin/perl\nprint qq(Content-Type: text/plain\\n\\nhello\\n);\n", 0755);
}

void write_endless_cgi(const JailSite& site) {
  site.tree().write(
      "/built/cgi-bin/script",
      "#!/usr/bin/perl\n$SIG{TERM} = $SIG{PIPE} = 'IGNORE'; $| = 1; print qq(Content-Type: "
      "text/plain\\n\\n);\n"
      "for (1 .. 200) { print qq(hello\\n) x 1000; select undef, undef, undef, 0.1; }\n",
      0755);
}

std::string go_away(const JailSite& site) {
  ask_and_leave(site.port(), "/cgi-bin/script");
  // It is seen at one of the next writes.
  for (int i = 0; i < 80 && site.error_log().find("didn't exit") == std::string::npos; ++i)
    wait(100);
  return "";
}

void write_more_configuration(const JailSite& site) {
  site.tree().write("/more/extra.conf", "ServerSignature Off\n");
  site.tree().make_directory("/site/other");
}

std::string replace_certificate(const JailSite& site) {
  const std::string path = site.tree().path() + "/built/mod_headers.so";
  std::filesystem::copy_file(path, path + ".new");
  std::filesystem::rename(path + ".new", path);
  return site.jail("status").output;
}

// php-fpm itself, with a configuration in which something is missing.
std::string said_by_php_fpm(const JailSite& site, const std::string& configuration) {
  site.tree().write("/fpm.conf", replace_all(configuration, "TREE", site.tree().path()));
  return output_of("timeout 3 php-fpm8.2 -F -y " + site.tree().path() + "/fpm.conf 2>&1");
}

// As a tree of copies is started by an old script: httpd has to leave its terminal.
std::string start_copied_tree(const JailSite& site) {
  const std::string into = site.tree().path() + "/copied";
  std::string seen = site.jail("build", {into}).errors;
  (void)site.jail("down");
  std::filesystem::remove(into + "/dev/null");
  seen += output_of("timeout 5 chroot " + into + " /usr/sbin/apache2 -d " + site.tree().path() +
                    " -f " + site.tree().path() + "/conf/apache2.conf -k start 2>&1");
  wait(500);
  return seen + output_of("cat " + into + site.tree().path() + "/logs/jail-site-error.log");
}

void copy_a_module(const JailSite& site) {
  std::filesystem::copy_file("/usr/lib/apache2/modules/mod_headers.so",
                             site.tree().path() + "/built/mod_headers.so");
}

}  // namespace

const std::vector<Break>& breaks() {
  // clang-format off
  static const std::vector<Break> kBreaks{
      // --- httpd does not start
      {.name = "Passwd", .without = {"/etc/passwd"}, .edits = {{kPhpHandler, "SetHandler none"}}, .explained = {"no-user"}},
      {.name = "Group", .without = {"/etc/group"}, .edits = {{kPhpHandler, "SetHandler none"}}, .explained = {"no-group"}},
      {.name = "MimeTypes", .without = {"/etc/mime.types"}, .explained = {"no-mime-types"}},
      {.name = "RuntimeDirectory", .without = {"/run/stockade-site"}, .explained = {"no-runtime-directory"}},
      {.name = "LogDirectory", .without = {"TREE/logs"}, .explained = {"no-log-directory"}},
      {.name = "LogIsADirectory", .edits = {{"/jail-site-error.log", "/error.log"}}, .before = make_log_a_directory, .explained = {"log-refused", "log-closed"}},
      {.name = "Library", .without = {kLibraries + "libpcre2-8.so.0"}, .explained = {"library-missing"}},
      {.name = "Module", .without = {"/usr/lib/apache2/modules/mod_status.so"}, .explained = {"module-missing"}},
      {.name = "JailModule", .without = {"/usr/lib/stockade/mod_stockade_jail.so"}, .explained = {"module-missing"}},
      {.name = "ModuleOrder", .edits = {{"LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so\n", ""}}, .explained = {"module-symbol"}},
      {.name = "Loader", .without = {"/usr/lib64/ld-linux-x86-64.so.2"}, .explained = {"program-refused"}},
      {.name = "LibraryOfThreads", .without = {kLibraries + "libgcc_s.so.1"}, .edits = {{kPhpHandler, "SetHandler none"}}, .after = restart, .explained = {"libgcc-missing", "child-aborts"}},
      {.name = "DocumentRoot", .without = {"TREE/site/htdocs"}, .explained = {"document-root-not-directory"}},
      {.name = "HostsDocumentRoot", .without = {"TREE/site/other"}, .configured = "<VirtualHost 127.0.0.1:PORT>\nDocumentRoot TREE/site/other\n</VirtualHost>", .before = write_more_configuration, .asked = {"/"}, .explained = {"no-document-root"}},
      {.name = "Configuration", .without = {"TREE/conf"}, .explained = {"no-config"}},
      {.name = "IncludedFile", .without = {"TREE/more"}, .configured = "Include TREE/more/extra.conf", .before = write_more_configuration, .explained = {"no-config"}},
      {.name = "Certificate", .without = {"TREE/built/certificate.pem"}, .explained = {"no-certificate"}},
      {.name = "Key", .without = {"TREE/built/certificate-key.pem"}, .explained = {"no-key"}},
      {.name = "KeyWithPassphrase", .before = encrypt_key, .explained = {"key-unreadable", "config-failed"}},
      {.name = "Semaphore", .without = {"/dev/shm"}, .configured = "Mutex posixsem default", .explained = {"no-mutex"}},
      {.name = "Mutex", .without = {"/dev/zero"}, .explained = {"no-mutex"}},
      {.name = "NewAddress", .after = add_listen, .explained = {"no-bind"}},
      {.name = "NullDevice", .after = start_copied_tree, .explained = {"no-detach"}},
      {.name = "PidFile", .without = {"/run/other"}, .edits = {{"PidFile /run/stockade-site/apache2.pid", "PidFile /run/other/apache2.pid"}}, .explained = {"no-pid-file"}},
      {.name = "Scoreboard", .without = {"/run/other"}, .configured = "ScoreBoardFile /run/other/scoreboard", .explained = {"no-scoreboard"}},
      {.name = "OtherFilter", .refused = {{"writev", kKilled}}, .asked = {"/"}, .explained = {"killed-by-filter"}},
      // --- CGIs
      {.name = "Interpreter", .without = {"/usr/bin/perl"}, .before = write_script, .asked = {"/cgi-bin/script"}, .explained = {"cgi-loader", "cgi-headers"}},
      {.name = "CgiOfHtaccess", .configured = "<Directory TREE/site/htdocs>\nAllowOverride All\n</Directory>", .before = write_cgi_of_htaccess, .asked = {"/try.cgi"}, .explained = {"cgi-not-started"}},
      {.name = "CgiDirectory", .without = {"TREE/built/cgi-bin"}, .asked = {"/cgi-bin/hello"}, .explained = {"cgi-missing"}},
      {.name = "CgiSocketClosed", .refused = {{"connect", EPERM}}, .asked = {"/cgi-bin/hello"}, .explained = {"cgi-socket"}},
      {.name = "CgiSocketDirectory", .without = {"/run/other"}, .edits = {{"ScriptSock /run/stockade-site/cgisock", "ScriptSock /run/other/cgisock"}}, .explained = {"cgi-socket-bind", "cgi-daemon"}},
      {.name = "Sleep", .refused = {{"pselect6", EPERM}}, .before = write_endless_cgi, .asked = {}, .after = go_away, .explained = {"cgi-killed"}},
      // --- PHP
      {.name = "PhpAccount", .without = {"/etc/passwd"}, .explained = {"fpm-user"}},
      {.name = "PhpGroup", .without = {"/etc/group"}, .explained = {"fpm-group"}},
      {.name = "PhpSocket", .edits = {{"php8.2-fpm.sock", "other.sock"}}, .page = "echo 1;", .asked = {"/try.php"}, .explained = {"fpm-socket", "fpm-down"}},
      {.name = "PhpConfiguration", .without = {"/etc/stockade/php-fpm8.2.conf"}, .explained = {"fpm-config"}},
      {.name = "PhpPools", .without = {"/etc/php/8.2/fpm"}, .explained = {"fpm-no-pools"}},
      {.name = "PhpRuntime", .without = {"/run/php"}, .explained = {"fpm-log"}},
      {.name = "PhpWithoutPool", .after = [](const JailSite& site) { return said_by_php_fpm(site, "[global]\n"); }, .explained = {"fpm-no-pool"}},
      {.name = "PhpSocketDirectory", .after = [](const JailSite& site) { return said_by_php_fpm(site, "[www]\nuser = www-data\nlisten = /nowhere/socket\npm = static\npm.max_children = 1\n"); }, .explained = {"fpm-bind"}},
      {.name = "PhpPidFile", .after = [](const JailSite& site) { return said_by_php_fpm(site, "[global]\npid = /nowhere/pid\n[www]\nuser = www-data\nlisten = TREE/fpm\npm = static\npm.max_children = 1\n"); }, .explained = {"fpm-pid"}},
      {.name = "TimeZones", .without = {"/usr/share/zoneinfo"}, .asked = {"/features.php"}, .explained = {"fpm-no-answer"}},
      {.name = "NamedTimeZone", .without = {"/usr/share/zoneinfo"}, .page = "new DateTimeZone('Europe/Berlin');", .asked = {"/try.php"}, .explained = {"php-timezone"}},
      {.name = "CharacterSets", .without = {kLibraries + "gconv"}, .page = "echo iconv('ISO-8859-15', 'UTF-8', 'x');", .asked = {"/try.php"}, .explained = {"php-iconv"}},
      {.name = "Sessions", .without = {"/var/lib/php/sessions"}, .page = "session_start();", .asked = {"/try.php"}, .explained = {"php-session", "php-session-2"}},
      {.name = "Extension", .without = {"/usr/lib/php/20220829/ctype.so"}, .explained = {"php-extension"}},
      {.name = "OpensslConfiguration", .without = {"/etc/ssl/openssl.cnf"}, .page = "openssl_pkey_new(); while ($m = openssl_error_string()) echo $m, \"\\n\";", .asked = {"/try.php"}, .explained = {"php-openssl"}},
      {.name = "Shell", .page = "shell_exec('id'); exec('id');", .asked = {"/try.php"}, .explained = {"php-no-shell"}},
      {.name = "Mail", .page = "mail('root@localhost', 'subject', 'text');", .asked = {"/try.php"}, .explained = {"php-mail"}},
      {.name = "Write", .page = "file_put_contents(__DIR__ . '/x', 'x');", .asked = {"/try.php"}, .explained = {"php-write", "read-only"}},
      {.name = "WriteElsewhere", .page = "file_put_contents('TREE/logs/x', 'x');", .asked = {"/try.php"}, .explained = {"php-write-2"}},
      {.name = "CompiledPatterns", .page = "ini_set('pcre.jit', '1'); preg_match('/^(a+)b$/', 'aaab');", .asked = {"/try.php"}, .explained = {"php-jit"}},
      {.name = "Datagram", .page = "stream_socket_client('udp://192.0.2.1:53', $code, $text); echo $text;", .asked = {"/try.php"}, .explained = {"no-network"}},
      // --- the network
      {.name = "NameOfBackend", .configured = std::string(kProxyHttp) + "RewriteRule ^/out/(.*) http://$1/ [P]", .asked = {"/out/nowhere.invalid"}, .explained = {"no-names"}},
      {.name = "PortOfBackend", .configured = std::string(kProxyHttp) + "RewriteRule ^/to/(.*) http://127.0.0.1:$1/ [P]", .asked = {"/to/7"}, .explained = {"proxy-refused"}},
      // --- files
      {.name = "ReplacedFile", .edits = {{"/usr/lib/apache2/modules/mod_headers.so", "TREE/built/mod_headers.so"}}, .before = copy_a_module, .after = replace_certificate, .explained = {"stale"}},
  };
  // clang-format on
  return kBreaks;
}

}  // namespace stockade::test
