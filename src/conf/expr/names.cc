#include "conf/expr/names.h"

#include "base/text.h"
#include "conf/checks/words_in.h"

namespace stockade::conf::expr {

namespace {

constexpr std::string_view kVariables =
    "TIME_YEAR|TIME_MON|TIME_DAY|TIME_HOUR|TIME_MIN|TIME_SEC|TIME_WDAY|TIME|SERVER_SOFTWARE|"
    "API_VERSION|HTTP_USER_AGENT|HTTP_PROXY_CONNECTION|HTTP_REFERER|HTTP_COOKIE|HTTP_FORWARDED|"
    "HTTP_HOST|HTTP_ACCEPT|REQUEST_METHOD|REQUEST_SCHEME|REQUEST_URI|REQUEST_FILENAME|REMOTE_HOST|"
    "REMOTE_IDENT|REMOTE_USER|SERVER_ADMIN|SERVER_NAME|SERVER_PORT|SERVER_PROTOCOL|"
    "SCRIPT_FILENAME|PATH_INFO|QUERY_STRING|IS_SUBREQ|DOCUMENT_ROOT|AUTH_TYPE|THE_REQUEST|"
    "CONTENT_TYPE|HANDLER|REQUEST_LOG_ID|SCRIPT_USER|SCRIPT_GROUP|DOCUMENT_URI|LAST_MODIFIED|"
    "CONTEXT_PREFIX|CONTEXT_DOCUMENT_ROOT|REQUEST_STATUS|REMOTE_ADDR|REMOTE_PORT|HTTPS|IPV6|"
    "CONN_LOG_ID|CONN_REMOTE_ADDR|SERVER_PROTOCOL_VERSION|SERVER_PROTOCOL_VERSION_MAJOR|"
    "SERVER_PROTOCOL_VERSION_MINOR";
constexpr std::string_view kHttp2 =
    "HTTP2|H2PUSH|H2_PUSH|H2_PUSHED|H2_PUSHED_ON|H2_STREAM_ID|H2_STREAM_TAG";
constexpr std::string_view kFunctions =
    "osenv|env|resp|req|http|note|reqenv|req_novary|tolower|toupper|escape|unescape|file|filesize|"
    "base64|unbase64|sha1|md5|ldap";
constexpr std::string_view kUnary = "nzRTdefsLhxFUA";
constexpr std::string_view kBinary = "ipmatch|fnmatch|strmatch|strcmatch";

}  // namespace

bool is_known(NameKind kind, std::string_view name, const HasModule& has_module) {
  switch (kind) {
    case NameKind::variable:
      if (is_one_of(name, kVariables)) return true;
      if (is_one_of(name, kHttp2)) return has_module("http2_module");
      return starts_with_ignoring_case(name, "SSL_") && has_module("ssl_module");
    case NameKind::function:
      return is_one_of(name, kFunctions);
    case NameKind::list_function:
      return equals_ignoring_case(name, "PeerExtList") && has_module("ssl_module");
    case NameKind::unary:
      return kUnary.find(name) != std::string_view::npos;
    case NameKind::binary:
      return is_one_of(name, kBinary);
  }
  return false;
}

bool is_restricted(NameKind kind, std::string_view name) {
  if (kind == NameKind::function) return is_one_of(name, "file|filesize");
  return kind == NameKind::unary &&
         std::string_view("defsLhx").find(name) != std::string_view::npos;
}

}  // namespace stockade::conf::expr
