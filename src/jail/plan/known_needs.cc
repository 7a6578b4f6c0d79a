// What modules and libraries open on their own: no ELF file and no directive tells it. Each row was
// seen in a trace of the real thing.
#include <functional>

#include "base/text.h"
#include "jail/plan/draft.h"
#include "jail/plan/trees.h"

namespace stockade::jail {
namespace {

struct Need {
  std::string_view module;  // as LoadModule names it; empty: every httpd
  void (*add)(Draft& draft);
};

std::string library_directory(const Draft& draft) {
  for (const std::string_view path :
       {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"}) {
    if (draft.files().status(path)) return std::string(path);
  }
  return "/usr/lib";
}

void need_threads(Draft& draft) {
  // glibc opens it when a thread ends: the server starts without it, and falls later.
  draft.add_opened_library("libgcc_s.so.1", draft.snapshot().httpd.binary,
                           "glibc opens it when a thread ends");
  // Before 2.34 the readers of /etc/passwd were libraries of their own.
  draft.add_opened_library("libnss_files.so.2", draft.snapshot().httpd.binary,
                           "glibc reads /etc/passwd by it");
}

void need_mime(Draft& draft) {
  const std::string why = "TypesConfig, where no directive names another";
  for (const std::string_view name : {"mime.types", "conf/mime.types"}) {
    draft.bind(ItemKind::data, absolute_path(draft.snapshot().config.server_root, name), why);
  }
  draft.bind(ItemKind::data, "/etc/mime.types", why);
}

void need_openssl(Draft& draft) {
  draft.bind(ItemKind::data, "/etc/ssl/openssl.cnf", "OpenSSL reads its policy there");
  draft.add_link("/usr/lib/ssl/openssl.cnf");
  draft.bind(ItemKind::data, "/etc/pki/tls/openssl.cnf", "OpenSSL reads its policy there");
  const std::string providers = library_directory(draft) + "/ossl-modules";
  draft.bind(ItemKind::module, providers, "providers that OpenSSL opens by name");
}

void need_authorities(Draft& draft) {
  draft.bind_all(ItemKind::data,
                 {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"},
                 "certificates of authorities, for connections outwards");
}

void need_apr_drivers(Draft& draft, std::string_view prefix) {
  const std::string directory = library_directory(draft) + "/apr-util-1";
  const auto names = draft.files().list(directory);
  if (!names) return;
  for (const std::string& name : *names) {
    if (name.starts_with(prefix) && name.ends_with(".so"))
      draft.add_elf(ItemKind::library, directory + "/" + name, "a driver that APR opens by name");
  }
}

constexpr Need kNeeds[] = {
    {"", need_threads},
    {"mime_module", need_mime},
    {"ssl_module", need_openssl},
    {"dbd_module", [](Draft& draft) { need_apr_drivers(draft, "apr_dbd_"); }},
    {"session_crypto_module", [](Draft& draft) { need_apr_drivers(draft, "apr_crypto_"); }},
    {"auth_form_module", [](Draft& draft) { need_apr_drivers(draft, "apr_crypto_"); }},
    {"ldap_module",
     [](Draft& draft) {
       need_apr_drivers(draft, "apr_ldap");
       draft.bind_all(ItemKind::data, {"/etc/ldap/ldap.conf", "/etc/openldap/ldap.conf"},
                      "libldap's settings");
       draft.bind(ItemKind::module, library_directory(draft) + "/sasl2",
                  "ways to log in that libsasl2 opens by name");
       need_authorities(draft);
     }},
    {"authn_dbm_module", [](Draft& draft) { need_apr_drivers(draft, "apr_dbm_"); }},
    {"charset_lite_module",
     [](Draft& draft) { plan_gconv(draft, "mod_charset_lite converts by iconv()"); }},
    {"xml2enc_module", [](Draft& draft) { plan_gconv(draft, "mod_xml2enc converts by iconv()"); }},
    {"mime_magic_module",
     [](Draft& draft) { draft.bind(ItemKind::data, "/etc/apache2/magic", "mod_mime_magic"); }},
    {"security2_module",
     [](Draft& draft) {
       draft.bind_all(ItemKind::data, {"/etc/modsecurity", "/usr/share/modsecurity-crs"},
                      "rules and the files that they name");
       draft.bind(ItemKind::state, "/var/cache/modsecurity", "SecDataDir of Debian");
     }},
    {"wsgi_module", [](Draft& draft) { plan_python_tree(draft, "mod_wsgi runs Python"); }},
    {"perl_module", [](Draft& draft) { plan_perl_tree(draft, "mod_perl runs Perl"); }},
    {"lua_module", [](Draft& draft) { plan_lua_tree(draft, "mod_lua runs Lua"); }},
    {"auth_openidc_module",
     [](Draft& draft) {
       need_authorities(draft);
       draft.add_runtime("/dev/shm", 0, 01777, "mod_auth_openidc's mutex is a POSIX semaphore");
       draft.bind(ItemKind::state, "/var/cache/apache2/mod_auth_openidc",
                  "mod_auth_openidc's cache");
     }},
    {"md_module", need_authorities},
    {"proxy_module",
     [](Draft& draft) {
       if (!draft.plan().backends.empty()) need_authorities(draft);
     }},
};

}  // namespace

void plan_known_needs(Draft& draft) {
  for (const Need& need : kNeeds) {
    if (need.module.empty() || draft.snapshot().config.has_module(need.module)) need.add(draft);
  }
}

}  // namespace stockade::jail
