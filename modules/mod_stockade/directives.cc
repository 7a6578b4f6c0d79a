// Stockade's own directives. What is wrong is said with what would be accepted.
#include <cstring>

#include "mod_stockade/config.h"
#include "mod_stockade/words.h"

namespace stockade::module {

namespace {

constexpr char kOutsideLocation[] =
    "stands outside <Location>: there it takes paths; inside <Location> it takes on or off";

bool is_on(const char* word) { return strcasecmp(word, "on") == 0; }
bool is_off(const char* word) { return strcasecmp(word, "off") == 0; }

// <Directory>, <Files> and <If> are known too late: a request is judged before it is mapped to a
// file, so that an answer from a cache is counted too.
const char* check_place(cmd_parms* cmd, unsigned forbidden = 0) {
  return ap_check_cmd_context(cmd, NOT_IN_DIRECTORY | NOT_IN_FILES | NOT_IN_HTACCESS |
                                       NOT_IN_LIMIT | NOT_IN_PROXY | forbidden);
}

// The place of a directive in the configuration of its location; null outside of <Location>.
DirConfig* location_of(cmd_parms* cmd, void* dir) {
  if (cmd->path == nullptr) return nullptr;
  global_config().has_locations = true;
  return static_cast<DirConfig*>(dir);
}

template <class T>
void push(apr_pool_t* pool, apr_array_header_t*& array, const T& value) {
  if (array == nullptr) array = apr_array_make(pool, 4, sizeof(T));
  *static_cast<T*>(apr_array_push(array)) = value;
}

const char* wrong(cmd_parms* cmd, const char* word, const char* accepted) {
  return apr_psprintf(cmd->pool, "%s cannot be \"%s\": accepted is %s", cmd->cmd->name, word,
                      accepted);
}

const char* parse_dry(cmd_parms* cmd, const char* word, int& percent) {
  if (is_on(word) || is_off(word)) {
    percent = is_on(word) ? 100 : 0;
    return nullptr;
  }
  char* digits = apr_pstrdup(cmd->pool, word);
  const size_t length = std::strlen(digits);
  uint64_t number = 0;
  if (length > 1 && digits[length - 1] == '%') {
    digits[length - 1] = '\0';
    if (parse_number(cmd->pool, "", digits, 0, 100, number) == nullptr) {
      percent = static_cast<int>(number);
      return nullptr;
    }
  }
  return wrong(cmd, word, "on, off, or the part of the clients that is let through, as in 90%");
}

const char* set_enable(cmd_parms* cmd, void* dir, int on) {
  if (const char* place = check_place(cmd)) return place;
  if (DirConfig* location = location_of(cmd, dir)) {
    location->enabled = on;
  } else {
    server_config(cmd->server)->enabled = on;
  }
  return nullptr;
}

const char* set_dry_run(cmd_parms* cmd, void* dir, const char* word) {
  if (const char* place = check_place(cmd)) return place;
  DirConfig* location = location_of(cmd, dir);
  return parse_dry(cmd, word,
                   location ? location->dry_percent : server_config(cmd->server)->dry_percent);
}

const char* set_table_size(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return place;
  return parse_size(cmd->pool, word, global_config().table_bytes);
}

const char* set_table_file(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return place;
  global_config().table_file = strcasecmp(word, "none") == 0 ? nullptr : word;
  return nullptr;
}

const char* check_class_name(cmd_parms* cmd, const char* name, int& index) {
  const size_t length = std::strlen(name);
  bool good = length > 0 && length < sizeof limit::RuleInfo{}.name;
  for (const char* at = name; *at != '\0'; ++at) {
    good = good && (apr_isalnum(*at) || *at == '-' || *at == '_');
  }
  if (!good) {
    return wrong(cmd, name, "the name of a class: at most 31 letters, digits, - and _");
  }
  index = classes::find_or_make(name);
  return index >= 0 ? nullptr : "there are more than 56 classes: use fewer";
}

// "burst=20", "dry", "dry=90%", "ban=off", "ban=600", "alone".
const char* parse_option(cmd_parms* cmd, const char* word, Limit& limit, uint64_t& burst) {
  uint64_t number = 0;
  if (strncasecmp(word, "burst=", 6) == 0) {
    return parse_number(cmd->pool, "burst", word + 6, 1, 1'000'000'000, burst);
  }
  if (strcasecmp(word, "dry") == 0) return parse_dry(cmd, "on", limit.dry_percent);
  if (strncasecmp(word, "dry=", 4) == 0) return parse_dry(cmd, word + 4, limit.dry_percent);
  if (strcasecmp(word, "alone") == 0) {
    limit.only_client = true;
    return nullptr;
  }
  if (strcasecmp(word, "ban=off") == 0) {
    limit.bans = 0;
    return nullptr;
  }
  if (strncasecmp(word, "ban=", 4) == 0) {
    const char* error = parse_number(cmd->pool, "ban", word + 4, 1, 86400 * 30, number);
    limit.bans = 1;
    limit.ban_seconds = static_cast<uint32_t>(number);
    return error;
  }
  return wrong(cmd, word,
               "burst=NUMBER, ban=off, ban=SECONDS, dry, dry=PERCENT% or alone (do not count the "
               "network around the client)");
}

const char* parse_limit(cmd_parms* cmd, int argc, char* const argv[], Limit& limit) {
  limit.is_set = true;
  if (is_off(argv[1])) {
    limit.is_off = true;
    return argc == 2 ? nullptr : "StockadeLimit CLASS off takes nothing more";
  }
  RateWord rate;
  if (const char* error = parse_rate(cmd->pool, argv[1], rate)) return error;
  uint64_t burst = rate.count;
  for (int i = 2; i < argc; ++i) {
    if (const char* error = parse_option(cmd, argv[i], limit, burst)) return error;
  }
  limit.rate = limit::make_rate(rate.count, rate.seconds, burst);
  return nullptr;
}

const char* set_limit(cmd_parms* cmd, void* dir, int argc, char* const argv[]) {
  if (const char* place = check_place(cmd)) return place;
  if (argc < 2) return "StockadeLimit wants a class and a rate, as in: StockadeLimit all 10/s";
  int index = 0;
  if (const char* error = check_class_name(cmd, argv[0], index)) return error;
  if (index == kConnections) {
    return "the class connections has no rate: StockadeConnections says how many may be open";
  }
  if (index == kTrap) {
    return "the class trap has no rate: who asks for a StockadeTrap path is banned at once";
  }
  Limit limit;
  if (const char* error = parse_limit(cmd, argc, argv, limit)) return error;
  if (cmd->server->is_virtual || cmd->path != nullptr) limit.owner = cmd->server;
  limit.location = cmd->path;
  if (DirConfig* location = location_of(cmd, dir)) {
    if (index == kBytes || index == kSlow || index == kMissing) {
      return apr_pstrcat(cmd->pool, "the class ", argv[0],
                         " is counted for a whole server: StockadeLimit for it stands outside of "
                         "<Location>",
                         nullptr);
    }
    push(cmd->pool, location->limits, LocationLimit{static_cast<uint8_t>(index), limit});
  } else {
    server_config(cmd->server)->limits[index] = limit;
  }
  return nullptr;
}

const char* add_class_path(cmd_parms* cmd, int index, const char* word) {
  ClassPath entry;
  entry.index = static_cast<uint8_t>(index);
  if (const char* error = parse_path(cmd->pool, word, entry.pattern)) return error;
  push(cmd->pool, server_config(cmd->server)->class_paths, entry);
  return nullptr;
}

const char* set_class(cmd_parms* cmd, void* dir, int argc, char* const argv[]) {
  if (const char* place = check_place(cmd)) return place;
  if (argc < 1) return "StockadeClass wants the name of a class, and outside <Location> its paths";
  int index = 0;
  if (const char* error = check_class_name(cmd, argv[0], index)) return error;
  if (index < kFirstNamed) {
    return apr_pstrcat(cmd->pool, "the class ", argv[0],
                       " is Stockade's own: name another (or use StockadeLogin, StockadeTrap)",
                       nullptr);
  }
  if (DirConfig* location = location_of(cmd, dir)) {
    location->classes |= uint64_t{1} << index;
    return argc == 1 ? nullptr : "StockadeClass inside <Location> takes the name alone";
  }
  if (argc < 2) return apr_pstrcat(cmd->pool, "StockadeClass NAME wants ", kPathForms, nullptr);
  for (int i = 1; i < argc; ++i) {
    if (const char* error = add_class_path(cmd, index, argv[i])) return error;
  }
  return nullptr;
}

// StockadeLogin and StockadeTrap: paths, or on inside <Location>. cmd->info is the class.
const char* set_own_class(cmd_parms* cmd, void* dir, const char* word) {
  if (const char* place = check_place(cmd)) return place;
  const auto index = static_cast<int>(reinterpret_cast<intptr_t>(cmd->info));
  if (DirConfig* location = location_of(cmd, dir)) {
    if (!is_on(word)) return wrong(cmd, word, "on: inside <Location> it takes no path");
    location->classes |= uint64_t{1} << index;
    return nullptr;
  }
  if (is_on(word) || is_off(word)) return wrong(cmd, word, kOutsideLocation);
  return add_class_path(cmd, index, word);
}

const char* set_exempt(cmd_parms* cmd, void* dir, const char* word) {
  if (const char* place = check_place(cmd)) return place;
  if (DirConfig* location = location_of(cmd, dir)) {
    if (!is_on(word) && !is_off(word)) return wrong(cmd, word, "on or off inside <Location>");
    location->exempt = is_on(word) ? 1 : 0;
    return nullptr;
  }
  if (is_on(word) || is_off(word)) return wrong(cmd, word, kOutsideLocation);
  PathPattern pattern;
  if (const char* error = parse_path(cmd->pool, word, pattern)) return error;
  push(cmd->pool, server_config(cmd->server)->exempt, pattern);
  return nullptr;
}

const char* set_allow(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = check_place(cmd, NOT_IN_LOCATION)) return place;
  limit::AddressRange range;
  if (const char* error = parse_network(cmd->pool, word, false, range)) return error;
  push(cmd->pool, server_config(cmd->server)->allow, range);
  return nullptr;
}

const char* set_ban(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = check_place(cmd, NOT_IN_LOCATION)) return place;
  ServerConfig* config = server_config(cmd->server);
  uint64_t seconds = 0;
  if (is_off(word)) {
    config->bans = 0;
  } else if (strcasecmp(word, "escalating") == 0) {
    config->bans = 1;
    config->ban_seconds = 0;
  } else if (parse_number(cmd->pool, "", word, 1, 86400 * 30, seconds) == nullptr) {
    config->bans = 1;
    config->ban_seconds = static_cast<int64_t>(seconds);
  } else {
    return wrong(cmd, word,
                 "off, escalating (1 minute, 10 minutes, 1 hour, 1 day), or a number of seconds of "
                 "at most 30 days");
  }
  return nullptr;
}

const char* set_refuse(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = check_place(cmd, NOT_IN_LOCATION)) return place;
  const bool connection = strcasecmp(word, "connection") == 0;
  if (!connection && strcasecmp(word, "request") != 0) {
    return wrong(cmd, word, "connection (before TLS) or request (with an answer)");
  }
  server_config(cmd->server)->refuses_connections = connection ? 1 : 0;
  return nullptr;
}

const char* set_connections(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = check_place(cmd, NOT_IN_LOCATION | NOT_IN_VIRTUALHOST)) return place;
  uint64_t number = 0;
  if (!is_off(word) && parse_number(cmd->pool, "", word, 1, 10000, number) != nullptr) {
    return wrong(cmd, word, "off, or how many connections a client may hold, from 1 to 10000");
  }
  server_config(cmd->server)->connections = static_cast<int64_t>(number);
  return nullptr;
}

const char* set_status(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = check_place(cmd, NOT_IN_LOCATION)) return place;
  uint64_t status = 0;
  if (parse_number(cmd->pool, "", word, 400, 599, status) != nullptr) {
    return wrong(cmd, word, "a status from 400 to 599, as in 429, 403, 503");
  }
  server_config(cmd->server)->status = static_cast<int>(status);
  return nullptr;
}

}  // namespace

// httpd's C tables name no type of handler in C++: by way of the one that every cast may pass.
#define ROW(name, function, argument, where, how, help)                                            \
  {name, reinterpret_cast<cmd_func>(reinterpret_cast<void (*)()>(function)), argument, where, how, \
   help}
#define INFO(number) reinterpret_cast<void*>(static_cast<intptr_t>(number))

const command_rec kDirectives[] = {
    ROW("StockadeEnable", set_enable, nullptr, RSRC_CONF | ACCESS_CONF, FLAG,
        "on or off: whether requests are counted here"),
    ROW("StockadeDryRun", set_dry_run, nullptr, RSRC_CONF | ACCESS_CONF, TAKE1,
        "on, off, or the part of the clients that is let through: 90%"),
    ROW("StockadeTableSize", set_table_size, nullptr, RSRC_CONF, TAKE1,
        "size of the table of clients, 16 bytes each: 16M"),
    ROW("StockadeTableFile", set_table_file, nullptr, RSRC_CONF, TAKE1,
        "file of the table below DefaultRuntimeDir, or none"),
    ROW("StockadeLimit", set_limit, nullptr, RSRC_CONF | ACCESS_CONF, TAKE_ARGV,
        "CLASS RATE [burst=N] [ban=off|SECONDS] [dry|dry=N%] [alone], as in: all 10/s burst=20"),
    ROW("StockadeClass", set_class, nullptr, RSRC_CONF | ACCESS_CONF, TAKE_ARGV,
        "NAME PATH...: requests that are counted as a class of their own"),
    ROW("StockadeLogin", set_own_class, INFO(kLogin), RSRC_CONF | ACCESS_CONF, ITERATE,
        "PATH...: where passwords are tried; on inside <Location>"),
    ROW("StockadeTrap", set_own_class, INFO(kTrap), RSRC_CONF | ACCESS_CONF, ITERATE,
        "PATH...: who asks for it is banned at once; on inside <Location>"),
    ROW("StockadeExempt", set_exempt, nullptr, RSRC_CONF | ACCESS_CONF, ITERATE,
        "PATH...: requests that are never counted; on inside <Location>"),
    ROW("StockadeAllow", set_allow, nullptr, RSRC_CONF, ITERATE,
        "NETWORK...: clients that are never limited: 192.0.2.0/24"),
    ROW("StockadeBan", set_ban, nullptr, RSRC_CONF, TAKE1,
        "off, escalating, or seconds: what happens to who goes on far above a limit"),
    ROW("StockadeRefuse", set_refuse, nullptr, RSRC_CONF, TAKE1,
        "connection or request: where the banned are turned away"),
    ROW("StockadeConnections", set_connections, nullptr, RSRC_CONF, TAKE1,
        "off, or how many connections a client may hold at once: 40"),
    ROW("StockadeStatus", set_status, nullptr, RSRC_CONF, TAKE1, "status of a denial: 429"),
    // mod_evasive's.
    ROW("DOSEnabled", set_evasive, nullptr, RSRC_CONF, TAKE1, "as StockadeEnable"),
    ROW("DOSHashTableSize", set_evasive, nullptr, RSRC_CONF, TAKE1, "size of the table"),
    ROW("DOSPageCount", set_evasive, nullptr, RSRC_CONF, TAKE1, "requests of one page"),
    ROW("DOSPageInterval", set_evasive, nullptr, RSRC_CONF, TAKE1, "seconds for DOSPageCount"),
    ROW("DOSSiteCount", set_evasive, nullptr, RSRC_CONF, TAKE1, "requests in all"),
    ROW("DOSSiteInterval", set_evasive, nullptr, RSRC_CONF, TAKE1, "seconds for DOSSiteCount"),
    ROW("DOSBlockingPeriod", set_evasive, nullptr, RSRC_CONF, TAKE1, "seconds of a ban"),
    ROW("DOSHTTPStatus", set_evasive, nullptr, RSRC_CONF, TAKE1, "status of a denial"),
    ROW("DOSEmailNotify", set_evasive, nullptr, RSRC_CONF, TAKE1, "not done in httpd"),
    ROW("DOSLogDir", set_evasive, nullptr, RSRC_CONF, TAKE1, "not needed"),
    ROW("DOSSystemCommand", set_evasive, nullptr, RSRC_CONF, TAKE1, "not done in httpd"),
    ROW("DOSWhitelist", set_evasive_list, nullptr, RSRC_CONF, ITERATE, "networks never limited"),
    ROW("DOSWhitelistUri", set_evasive_list, nullptr, RSRC_CONF, ITERATE, "paths never counted"),
    ROW("DOSTargetlistUri", set_evasive_list, nullptr, RSRC_CONF, ITERATE, "only these count"),
    ROW("DOSBlocklistUri", set_evasive_list, nullptr, RSRC_CONF, ITERATE, "as StockadeTrap"),
    {nullptr, nullptr, nullptr, 0, RAW_ARGS, nullptr}};

#undef INFO
#undef ROW

}  // namespace stockade::module
