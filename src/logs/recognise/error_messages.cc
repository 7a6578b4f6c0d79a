#include "logs/recognise/error_messages.h"

#include "base/text.h"

namespace stockade::logs {

namespace {

// Numbers whose meaning needs no look at the text.
struct NumberRow {
  std::string_view code;
  Family family;
  uint8_t weight;
};
constexpr NumberRow kNumbers[] = {
    {"AH01614", Family::web_login, 2},      // used wrong authentication scheme
    {"AH01617", Family::web_login, 2},      // password mismatch
    {"AH01618", Family::web_login, 2},      // user not found
    {"AH01631", Family::web_login, 2},      // authorization failure
    {"AH01637", Family::web_login, 2},      // authz_owner
    {"AH01777", Family::web_login, 2},      // nonce from the future
    {"AH01788", Family::web_login, 2},      // realm mismatch
    {"AH01789", Family::web_login, 2},      // unknown algorithm
    {"AH01790", Family::web_login, 2},      // digest: user not found
    {"AH01791", Family::web_login, 2},      // digest: no password
    {"AH01792", Family::web_login, 2},      // digest: password mismatch
    {"AH01793", Family::web_login, 2},      // digest: invalid qop
    {"AH01630", Family::access_denied, 1},  // denied by server configuration
    {"AH01797", Family::access_denied, 1},
    {"AH02031", Family::protocol_abuse, 1},  // SNI without Host
    {"AH02032", Family::protocol_abuse, 1},
    {"AH02033", Family::protocol_abuse, 1},
    {"AH02811", Family::probing, 1},         // script not found
    {"AH00126", Family::protocol_abuse, 3},  // invalid URI
    {"AH10244", Family::traversal, 10},      // leaves the tree
    {"AH00127", Family::access_denied, 1},
};

std::string_view after_front(std::string_view text, std::string_view front) {
  return text.starts_with(front) ? text.substr(front.size()) : std::string_view{};
}

bool is_dotted(std::string_view text) {
  const std::string small = lower(text);
  return small.find("..") != std::string::npos || small.find("%2e") != std::string::npos ||
         small.find("%%32") != std::string::npos;
}

// "user NAME not found: /path", "user NAME: authentication failure for "/path": ...": the name is
// the client's and ends where the last of these words begins.
bool read_user(std::string_view text, ErrorMeaning& meaning) {
  std::string_view rest = after_front(text, "Digest: ");
  if (rest.empty()) rest = text;
  if (!rest.starts_with("user ")) return false;
  rest.remove_prefix(5);
  for (const std::string_view mark :
       {": authentication failure for \"",
        ": password mismatch: ", ": authorization failure for \"", " in realm `", " not found"}) {
    const size_t at = rest.find(mark);
    if (at == std::string_view::npos) continue;
    meaning = {Family::web_login, 2, rest.substr(0, at)};
    return true;
  }
  return false;
}

// The words of mod_auth_digest and mod_auth_basic that name no user.
bool is_refused_login(std::string_view text) {
  if (const auto rest = after_front(text, "Digest: "); !rest.empty()) text = rest;
  if (text.starts_with("client used wrong authentication scheme")) return true;
  if (text.starts_with("Authorization of user "))
    return text.find(" failed, reason: ") != std::string_view::npos;
  if (text.starts_with("invalid nonce ")) {
    return text.ends_with("user attempted time travel") ||
           text.find(" received - length is not ") != std::string_view::npos;
  }
  return text.starts_with("realm mismatch - got ") || text.starts_with("unknown algorithm ") ||
         text.starts_with("invalid qop ");
}

// Names that robots try on every server, as the whole of a path's first missing part.
bool is_tried_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string name = lower(slash == std::string_view::npos ? path : path.substr(slash + 1));
  for (const std::string_view begin :
       {"phpmyadmin", "phpmya",   "pma",          "myadmin", "mysqladmin", "mail",      "webmail",
        "roundcube",  "wp-login", "wp-admin",     "xmlrpc",  "admin",      "dbadmin",   "cgi",
        "manager",    "horde",    "squirrelmail", "typo3",   "joomla",     "wordpress", "blog",
        "setup.php",  "phpinfo",  "backup",       "sql",     "mysql",      "w00tw00t",  "hnap1",
        "boaform",    "solr",     "jenkins",      "console", "actuator"}) {
    if (name.starts_with(begin))
      return !name.ends_with(".php") || begin.find('-') != std::string_view::npos ||
             begin == "xmlrpc" || begin == "setup.php" || begin == "phpinfo";
  }
  return name == "~" || name.ends_with("webmail") || name.ends_with("extmail");
}

bool is_script(std::string_view path) {
  const size_t dot = path.rfind('.');
  const size_t slash = path.rfind('/');
  if (path.find("/cgi-bin") != std::string_view::npos) return true;
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash))
    return false;
  const std::string end = lower(path.substr(dot + 1));
  for (const std::string_view name :
       {"php", "php3", "php4", "php5", "asp", "aspx", "exe", "pl", "cgi", "jsp"}) {
    if (end == name) return true;
  }
  return false;
}

// A path that is not there. One that a robot tries is a probe; any other may be a broken link.
bool read_missing(std::string_view text, ErrorMeaning& meaning) {
  std::string_view path = after_front(text, "File does not exist: ");
  bool script = false;
  if (path.empty()) {
    path = after_front(text, "script not found or unable to stat: ");
    script = !path.empty();
  }
  if (path.empty() && text.starts_with("script '") &&
      text.ends_with("' not found or unable to stat")) {
    path = text.substr(8, text.size() - 8 - 29);
    script = !is_script(path) || path.find("/cgi-bin/") != std::string_view::npos;
    // A script of an application may be gone; one at the top of the tree is a name that was tried.
    const size_t first = path.rfind('/');
    const std::string_view folder = path.substr(0, first == std::string_view::npos ? 0 : first);
    script = script || folder.ends_with("/www") || folder.ends_with("/html") ||
             folder.ends_with("/htdocs");
  }
  if (path.empty() && text.starts_with("stderr from ") &&
      text.ends_with(": script not found or unable to stat")) {
    path = text.substr(12);
    script = true;
  }
  if (path.empty()) return false;
  if (is_tried_name(path)) {
    meaning = {Family::admin_panel, 1, {}};
  } else if (script || (is_script(path) && text.starts_with("File"))) {
    meaning = {Family::probing, 1, {}};
  }
  return true;
}

bool read_malformed(std::string_view text, ErrorMeaning& meaning) {
  if (const auto uri = after_front(text, "Invalid URI in request "); !uri.empty()) {
    meaning = is_dotted(uri) ? ErrorMeaning{Family::traversal, 10, {}}
                             : ErrorMeaning{Family::protocol_abuse, 3, {}};
    return true;
  }
  if (text.starts_with("invalid URI path (")) {
    meaning = {Family::traversal, 10, {}};
    return true;
  }
  if (text.starts_with("Invalid method in request ") ||
      text.starts_with("request failed: URI too long") ||
      text.starts_with("Client sent malformed Host header") ||
      text.starts_with("request failed: erroneous characters after protocol string") ||
      text.starts_with("request failed: invalid characters in URI")) {
    meaning = {Family::protocol_abuse, 3, {}};
    return true;
  }
  return false;
}

// "user "tony": password mismatch", "open() "/srv/www/x.php" failed (2: No such file or
// directory)",
// ""/srv/www/roundcube/" is not found (2: ...", as nginx says it.
ErrorMeaning meaning_of_nginx(std::string_view text) {
  if (text.starts_with("limiting requests, excess: ") ||
      text.starts_with("limiting connections by zone "))
    return {Family::limiter, 3, {}};
  if (text.starts_with("access forbidden by rule")) return {Family::access_denied, 1, {}};
  if (const auto user = after_front(text, "user \""); !user.empty()) {
    for (const std::string_view mark : {"\": password mismatch", "\" was not found in \""}) {
      const size_t end = user.rfind(mark);
      if (end != std::string_view::npos) return {Family::web_login, 2, user.substr(0, end)};
    }
    return {};
  }
  const size_t missing = std::min(text.find("\" failed (2: "), text.find("\" is not found (2: "));
  const size_t open = text.find('"');
  if (missing == std::string_view::npos || open >= missing) return {};
  std::string_view path = text.substr(open + 1, missing - open - 1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (is_tried_name(path)) return {Family::admin_panel, 1, {}};
  if (is_script(path)) return {Family::probing, 1, {}};
  return {};
}

}  // namespace

ErrorMeaning meaning_of_error(const ErrorRecord& error) {
  ErrorMeaning meaning;
  if (error.client.empty()) return meaning;
  const std::string_view text = error.message;
  if (error.module == "nginx") return meaning_of_nginx(text);
  if (text.starts_with("ModSecurity:")) return {Family::firewall, 4, {}};
  if (read_malformed(text, meaning)) return meaning;
  if (read_user(text, meaning)) return meaning;
  if (read_missing(text, meaning)) return meaning;
  for (const NumberRow& row : kNumbers) {
    if (error.code == row.code) return {row.family, row.weight, {}};
  }
  if (is_refused_login(text)) return {Family::web_login, 2, {}};
  if (text.starts_with("client denied by server configuration: ")) {
    // mod_evasive's are refusals of its own making: counted by it, and no failed login. A file that
    // no one may have is denied to everybody who tries.
    const bool own = error.module == "evasive20";
    const bool hidden = text.find("/.ht") != std::string_view::npos;
    return {Family::access_denied, static_cast<uint8_t>(own || hidden ? 0 : 1), {}};
  }
  if (text.starts_with("Got error 'Primary script unknown")) return {Family::probing, 1, {}};
  if (text.find(": ignoring function definition attempt") != std::string_view::npos ||
      text.find("error importing function definition for `") != std::string_view::npos) {
    return {Family::command_injection, 10, {}};
  }
  return meaning;
}

}  // namespace stockade::logs
