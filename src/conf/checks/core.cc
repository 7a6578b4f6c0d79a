// server/core.c, mod_log_config, and small modules whose directives are words from a list.
#include <array>

#include "conf/checks/own_checks.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kOptionWords =
    "None|All|Indexes|Includes|IncludesNOEXEC|FollowSymLinks|SymLinksIfOwnerMatch|ExecCGI|"
    "MultiViews";

std::string check_options(const CheckInput& input) {
  bool is_first = true;
  bool is_signed = false;
  const bool may_mix = input.environment.version < 20400;
  for (const Word& word : input.directive.words) {
    std::string_view text = word.text;
    const bool sign = text.starts_with('+') || text.starts_with('-');
    if (sign) {
      text.remove_prefix(1);
      if (!is_signed && !is_first && !may_mix) return kMixedOptions;
      is_signed = true;
    } else if (is_signed && !may_mix) {
      return kMixedOptions;
    }
    if (!is_one_of(text, kOptionWords)) return "Illegal option " + std::string(text);
    const bool none = equals_ignoring_case(text, "None");
    if (none || equals_ignoring_case(text, "All")) {
      const std::string shown = none ? "None" : "All";
      if (sign) {
        return "You may not use 'Options +" + shown + "' or 'Options -" + shown + "'.";
      }
      if (!is_first) return "'Options " + shown + "' must be the first Option given.";
    }
    is_first = false;
  }
  return "";
}

std::string check_allow_override(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    const std::string_view text = word.text;
    constexpr std::string_view kOptions = "Options=";
    if (starts_with_ignoring_case(text, kOptions)) {
      for (const std::string_view option : split(text.substr(kOptions.size()), ',')) {
        if (!option.empty() && !is_one_of(option, kOptionWords)) {
          return "Illegal option " + std::string(option);
        }
      }
      continue;
    }
    if (starts_with_ignoring_case(text, "Nonfatal=")) continue;
    if (!is_one_of(text, "Limit|Options|FileInfo|AuthConfig|Indexes|None|All")) {
      return "Illegal override option " + std::string(text);
    }
  }
  return "";
}

std::string check_error_document(const CheckInput& input) {
  const std::string_view code = input.directive.arg(0);
  const auto number = parse_number(code);
  if (number && is_known_status(*number)) return "";
  return "Unsupported HTTP response code " + std::string(code);
}

bool is_log_level(std::string_view word) {
  return is_one_of(word,
                   "emerg|alert|crit|error|warn|notice|info|debug|trace1|trace2|trace3|trace4|"
                   "trace5|trace6|trace7|trace8");
}

std::string check_log_level(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    const size_t colon = word.text.find(':');
    const bool is_general = colon == std::string_view::npos;
    if (!is_log_level(is_general ? word.text : word.text.substr(colon + 1))) {
      return "Log level keyword must be one of emerg/alert/crit/error/warn/notice/info/debug/"
             "trace1/.../trace8";
    }
    if (is_general) continue;
    const std::string module(word.text.substr(0, colon));
    const bool is_loaded = input.config.has_module(module) ||
                           input.config.has_module(module + "_module") ||
                           input.config.has_module("mod_" + module + ".c");
    if (!is_loaded) return "Cannot find module " + module;
  }
  return "";
}

std::string check_file_etag(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    std::string_view text = word.text;
    const bool sign = text.starts_with('+') || text.starts_with('-');
    if (sign) text.remove_prefix(1);
    if (!is_one_of(text, "None|All|MTime|INode|Size|Digest")) {
      return "Unknown keyword '" + std::string(text) + "' for FileETag directive";
    }
    if (sign && is_one_of(text, "None|All")) {
      return "FileETag keyword '" + std::string(text) + "' cannot be used with '+' or '-'";
    }
  }
  return "";
}

std::string check_error(const CheckInput& input) {
  const std::string_view text = trim(input.directive.args);
  return text.empty() ? "The Error directive was used with no message." : std::string(text);
}

std::string check_ranges(const CheckInput& input) {
  const std::string_view text = input.directive.arg(0);
  if (is_one_of(text, "none|default|unlimited") ||
      (!text.empty() && is_digit(text[0]) && text != "0")) {
    return "";
  }
  return std::string(input.name()) +
         " requires 'none', 'default', 'unlimited' or a positive integer";
}

std::string check_error_log_format(const CheckInput& input) {
  const Directive& d = input.directive;
  if (d.words.size() == 2) {
    if (is_one_of(d.arg(0), "request|connection")) return "";
    return "ErrorLogFormat type must be one of request, connection";
  }
  if (d.arg(0).find("%M") != std::string_view::npos) return "";
  return "main ErrorLogFormat must contain message format string '%M'";
}

std::string check_fancy_indexing(const CheckInput& input) {
  if (input.environment.version < 20000) return "";
  return "The FancyIndexing directive is no longer supported. Use IndexOptions FancyIndexing.";
}

std::string check_port(const CheckInput& input) {
  return input.environment.version < 20000 ? "" : "Port was replaced with Listen in Apache 2.0";
}

std::string check_protocol_options(const CheckInput& input) {
  const Directive& d = input.directive;
  for (const Word& word : d.words) {
    if (!is_one_of(word.text,
                   "Allow0.9|Require1.0|Strict|Unsafe|RegisteredMethods|"
                   "LenientMethods")) {
      return "HttpProtocolOptions accepts 'Unsafe' or 'Strict' (default), 'RegisteredMethods' or "
             "'LenientMethods' (default), and 'Require1.0' or 'Allow0.9' (default)";
    }
  }
  constexpr std::array<std::array<const char*, 2>, 3> kPairs = {
      {{"Strict", "Unsafe"}, {"RegisteredMethods", "LenientMethods"}, {"Allow0.9", "Require1.0"}}};
  for (const auto& pair : kPairs) {
    if (d.has_arg(pair[0]) && d.has_arg(pair[1])) {
      return std::string("HttpProtocolOptions '") + pair[0] + "' and '" + pair[1] +
             "' are mutually exclusive";
    }
  }
  return "";
}

std::string check_document_root(const CheckInput& input) {
  // A virtual host without its folder is only warned of.
  if (!input.environment.check_paths || input.directive.parent != nullptr) return "";
  const std::string path = absolute_path(input.config.server_root, input.directive.arg(0));
  const auto status = input.files.status(path);
  if (status && status->type == FileType::directory) return "";
  return "DocumentRoot '" + path + "' is not a directory, or is not readable";
}

// "5", "5s", "500ms", "2min": httpd's time with a unit.
bool is_duration(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0) return false;
  const std::string_view unit = text.substr(digits);
  return unit.empty() || is_one_of(unit, "s|ms|mi|min|h|us|m");
}

std::string check_keep_alive_timeout(const CheckInput& input) {
  if (is_duration(input.directive.arg(0))) return "";
  return std::string(input.name()) + " has wrong format";
}

std::string check_request_read_timeout(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    const size_t equals = word.text.find('=');
    if (equals == std::string_view::npos) {
      return "Invalid RequestReadTimeout parameter. Parameter must be in the form 'key=value'";
    }
    const std::string shown = "RequestReadTimeout: " + std::string(word.text) + ": ";
    if (!is_one_of(word.text.substr(0, equals), "header|body|handshake")) {
      return shown + "Unknown RequestReadTimeout parameter";
    }
    const auto parts = split(word.text.substr(equals + 1), ',');
    const auto range = split(parts[0], '-');
    for (const std::string_view number : range) {
      if (!parse_number(number)) return shown + "Value '" + std::string(number) + "' not numerical";
    }
    constexpr std::string_view kRate = "MinRate=";
    const bool has_rate = parts.size() > 1;
    if (range.size() > 1 && !has_rate)
      return shown + "Must set MinRate option if using timeout range";
    if (!has_rate) continue;
    if (!starts_with_ignoring_case(parts[1], kRate)) return shown + "Unknown parameter";
    const auto rate = parse_number(parts[1].substr(kRate.size()));
    if (!rate) return shown + "Value not numerical";
    if (*rate <= 0) return shown + "Minimum data rate must be larger than 0";
  }
  return "";
}

std::string check_method_name(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    std::string_view text = word.text;
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!equals_ignoring_case(text, "reset") && !is_known_method(text)) {
      return "unknown method " + std::string(text);
    }
  }
  return "";
}

constexpr OwnCheck kCoreChecks[] = {
    {"Options", check_options},
    {"AllowOverride", check_allow_override},
    {"ErrorDocument", check_error_document},
    {"LogLevel", check_log_level},
    {"FileETag", check_file_etag},
    {"Error", check_error},
    {"Port", check_port},
    {"MaxRanges", check_ranges},
    {"MaxRangeOverlaps", check_ranges},
    {"MaxRangeReversals", check_ranges},
    {"ErrorLogFormat", check_error_log_format},
    {"FancyIndexing", check_fancy_indexing},
    {"HttpProtocolOptions", check_protocol_options},
    {"DocumentRoot", check_document_root},
    {"KeepAliveTimeout", check_keep_alive_timeout},
    {"CGIScriptTimeout", check_keep_alive_timeout},
    {"MemcacheConnTTL", check_keep_alive_timeout},
    {"RedisConnPoolTTL", check_keep_alive_timeout},
    {"RedisTimeout", check_keep_alive_timeout},
    {"LDAPRetryDelay", check_keep_alive_timeout},
    {"CGIDScriptTimeout", check_keep_alive_timeout},
    {"RequestReadTimeout", check_request_read_timeout},
    {"AllowMethods", check_method_name},
};

}  // namespace

std::span<const OwnCheck> core_checks() { return kCoreChecks; }

}  // namespace stockade::conf
