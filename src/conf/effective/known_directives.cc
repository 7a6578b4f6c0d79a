#include "conf/effective/known_directives.h"

#include <unordered_set>

#include "base/text.h"

namespace stockade::conf {

namespace {

// Evaluated by one of the files here.
constexpr std::string_view kEvaluated[] = {
    "Options",
    "AllowOverride",
    "AllowOverrideList",
    "AccessFileName",
    "Require",
    "AuthMerging",
    "AuthType",
    "AuthName",
    "Order",
    "Allow",
    "Deny",
    "Satisfy",
    "SetHandler",
    "ForceType",
    "AddHandler",
    "RemoveHandler",
    "AddType",
    "RemoveType",
    "AcceptPathInfo",
    "DirectoryIndex",
    "DirectorySlash",
    "FallbackResource",
    "ErrorDocument",
    "Header",
    "SetEnvIf",
    "SetEnvIfNoCase",
    "BrowserMatch",
    "BrowserMatchNoCase",
    "SetEnvIfExpr",
    "SetEnv",
    "UnsetEnv",
    "PassEnv",
    "AllowMethods",
    "RedirectRelative",
    "AliasPreservePath",
    "ProxyPassInterpolateEnv",
    "Alias",
    "AliasMatch",
    "ScriptAlias",
    "ScriptAliasMatch",
    "Redirect",
    "RedirectMatch",
    "RedirectTemp",
    "RedirectPermanent",
    "ProxyPass",
    "ProxyPassMatch",
    "DocumentRoot",
    "UserDir",
    "VirtualDocumentRoot",
    "VirtualDocumentRootIP",
    "VirtualScriptAlias",
    "VirtualScriptAliasIP",
    "AllowEncodedSlashes",
    "MergeSlashes",
    "UseCanonicalName",
    "UseCanonicalPhysicalPort",
    "RewriteEngine",
    "RewriteRule",
    "RewriteCond",
    "RewriteOptions",
    "RewriteBase",
    "RewriteMap",
    "RegexDefaultOptions",
    "CacheEnable",
};

// Where they stand, they change neither who is let in nor what is found.
constexpr std::string_view kHarmless[] = {
    // The server as a whole
    "ServerName",
    "ServerAlias",
    "ServerPath",
    "ServerAdmin",
    "ServerTokens",
    "ServerSignature",
    "Listen",
    "User",
    "Group",
    "PidFile",
    "Mutex",
    "Timeout",
    "KeepAlive",
    "KeepAliveTimeout",
    "MaxKeepAliveRequests",
    "HostnameLookups",
    "Include",
    "IncludeOptional",
    "Define",
    "UnDefine",
    "LoadModule",
    "LoadFile",
    "ServerRoot",
    "DefaultRuntimeDir",
    "Use",
    "StartServers",
    "MinSpareServers",
    "MaxSpareServers",
    "MinSpareThreads",
    "MaxSpareThreads",
    "ThreadsPerChild",
    "ThreadLimit",
    "ServerLimit",
    "MaxRequestWorkers",
    "MaxClients",
    "MaxConnectionsPerChild",
    "MaxRequestsPerChild",
    "AsyncRequestWorkerFactor",
    "ListenBacklog",
    "ListenCoresBucketsRatio",
    "SendBufferSize",
    "ReceiveBufferSize",
    "GracefulShutdownTimeout",
    "CoreDumpDirectory",
    "EnableExceptionHook",
    "ExtendedStatus",
    "SeeRequestTail",
    "Protocols",
    "ProtocolsHonorOrder",
    "TraceEnable",
    "StrictHostCheck",
    "AcceptFilter",
    "RequestReadTimeout",
    "LimitRequestFields",
    "LimitRequestFieldSize",
    "LimitRequestLine",
    "LimitRequestBody",
    "LimitInternalRecursion",
    "ScriptSock",
    "ScriptLog",
    "ScriptLogBuffer",
    "ScriptLogLength",
    "CGIDScriptTimeout",
    "CGIScriptTimeout",
    "CGIPassAuth",
    "QualifyRedirectURL",
    // Logs
    "ErrorLog",
    "ErrorLogFormat",
    "LogLevel",
    "LogFormat",
    "CustomLog",
    "TransferLog",
    "GlobalLog",
    "BufferedLogs",
    "LogIOTrackTTFB",
    // The body and its description
    "TypesConfig",
    "AddCharset",
    "AddDefaultCharset",
    "AddEncoding",
    "AddLanguage",
    "DefaultLanguage",
    "LanguagePriority",
    "ForceLanguagePriority",
    "DefaultType",
    "FileETag",
    "ContentDigest",
    "EnableSendfile",
    "EnableMMAP",
    "AddOutputFilterByType",
    "DeflateFilterNote",
    "DeflateBufferSize",
    "DeflateCompressionLevel",
    "DeflateMemLevel",
    "DeflateWindowSize",
    "ExpiresActive",
    "ExpiresByType",
    "ExpiresDefault",
    "MultiviewsMatch",
    "AddOutputFilter",
    // Listings
    "IndexOptions",
    "IndexIgnore",
    "IndexIgnoreReset",
    "IndexOrderDefault",
    "IndexHeadInsert",
    "IndexStyleSheet",
    "AddIcon",
    "AddIconByType",
    "AddIconByEncoding",
    "AddAlt",
    "AddAltByType",
    "AddAltByEncoding",
    "AddDescription",
    "DefaultIcon",
    "HeaderName",
    "ReadmeName",
    // How a user is asked, of whom nothing is decided
    "AuthUserFile",
    "AuthGroupFile",
    "AuthBasicProvider",
    "AuthBasicAuthoritative",
    // How another server is asked
    "ProxyRequests",
    "ProxyPreserveHost",
    "ProxyPassReverse",
    "ProxyPassReverseCookiePath",
    "ProxyPassReverseCookieDomain",
    "ProxyTimeout",
    "ProxyVia",
    "ProxyAddHeaders",
    "ProxySet",
    "AllowCONNECT",
    "ProxyMaxForwards",
    "HttpProtocolOptions",
    "ProxyHTMLLinks",
    "ProxyHTMLEvents",
    "ProxyHTMLEnable",
    "ProxyFtpDirCharset",
    "NoProxy",
    "ProxyDomain",
    "ProxyRemote",
    "ProxyRemoteMatch",
    "ProxyErrorOverride",
    "BalancerPersist",
    "BalancerGrowth",
    "CacheDisable",
    "CacheQuickHandler",
    "CacheLock",
    "CacheLockPath",
    "CacheLockMaxAge",
    "CacheDefaultExpire",
    "CacheMaxExpire",
    "CacheMaxFileSize",
    "CacheMinFileSize",
    "CacheIgnoreHeaders",
    "CacheIgnoreNoLastMod",
    "CacheIgnoreQueryString",
    "CacheIgnoreCacheControl",
    "CacheHeader",
    "CacheDetailHeader",
    "CacheSocache",
    "CacheSocacheMaxSize",
    "CacheSocacheMaxTime",
    "ProxyBadHeader",
    "ProxyIOBufferSize",
    "ProxyReceiveBufferSize",
    "ProxyStatus",
    // What programs are told
    "RequestHeader",
    "MimeMagicFile",
    "DavLockDB",
    "CacheRoot",
    "CacheDirLevels",
    "CacheDirLength",
    "ReflectorHeader",
};

bool is_prefix_harmless(std::string_view name) {
  return (starts_with_ignoring_case(name, "SSL") && !equals_ignoring_case(name, "SSLRequire") &&
          !equals_ignoring_case(name, "SSLRequireSSL") &&
          !equals_ignoring_case(name, "SSLVerifyClient") &&
          !equals_ignoring_case(name, "SSLOptions") &&
          !equals_ignoring_case(name, "SSLUserName")) ||
         starts_with_ignoring_case(name, "H2");
}

}  // namespace

bool is_accounted_for(const Directive& d) {
  static const std::unordered_set<std::string_view, IgnoringCaseHash, IgnoringCaseEqual> kKnown =
      [] {
        std::unordered_set<std::string_view, IgnoringCaseHash, IgnoringCaseEqual> known;
        known.insert(std::begin(kEvaluated), std::end(kEvaluated));
        known.insert(std::begin(kHarmless), std::end(kHarmless));
        return known;
      }();
  return kKnown.contains(d.name) || is_prefix_harmless(d.name);
}

bool is_evaluated(const Directive& d) {
  for (const std::string_view name : kEvaluated) {
    if (d.is(name)) return true;
  }
  return false;
}

bool is_per_request(const Directive& d) {
  return d.info == nullptr || (d.info->contexts & (kDirectory | kHtaccess)) != 0;
}

}  // namespace stockade::conf
