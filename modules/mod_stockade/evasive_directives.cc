// mod_evasive's directives, as the same promises kept exactly. docs/why/dos-directives.md says what
// differs.
#include <cstring>

#include "mod_stockade/config.h"
#include "mod_stockade/words.h"

namespace stockade::module {

namespace {

const char* check_place(cmd_parms* cmd) { return ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT); }

struct Number {
  const char* name;
  int64_t Evasive::* value;
  uint64_t most;
};
constexpr Number kNumbers[] = {
    {"DOSPageCount", &Evasive::page_count, 1'000'000'000},
    {"DOSPageInterval", &Evasive::page_interval, 86400},
    {"DOSSiteCount", &Evasive::site_count, 1'000'000'000},
    {"DOSSiteInterval", &Evasive::site_interval, 86400},
    {"DOSBlockingPeriod", &Evasive::blocking_period, 86400 * 30},
    {"DOSHashTableSize", &Evasive::hash_table_size, 1'000'000'000},
};

const char* set_enabled(cmd_parms* cmd, const char* word) {
  const bool on = strcasecmp(word, "on") == 0 || strcasecmp(word, "true") == 0;
  if (!on && strcasecmp(word, "off") != 0 && strcasecmp(word, "false") != 0) {
    return apr_psprintf(cmd->pool,
                        "DOSEnabled cannot be \"%s\": accepted is on, true, off or false", word);
  }
  server_config(cmd->server)->enabled = on ? 1 : 0;
  return nullptr;
}

const char* set_status(cmd_parms* cmd, const char* word) {
  uint64_t status = 0;
  const char* error = parse_number(cmd->pool, "DOSHTTPStatus", word, 400, 599, status);
  if (error == nullptr) server_config(cmd->server)->status = static_cast<int>(status);
  return error;
}

// What httpd must not do: run a shell, send mail, write lock files.
const char* pass_over(cmd_parms* cmd) {
  if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return nullptr;
  ap_log_error(APLOG_MARK, APLOG_WARNING, 0, cmd->server,
               "stockade: %s is read but does nothing: bans are in this log and in the table, and "
               "httpd runs no commands for them",
               cmd->cmd->name);
  return nullptr;
}

}  // namespace

const char* set_evasive(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = check_place(cmd)) return place;
  const char* name = cmd->cmd->name;
  Evasive& evasive = server_config(cmd->server)->evasive;
  evasive.is_used = true;
  if (strcasecmp(name, "DOSEnabled") == 0) return set_enabled(cmd, word);
  if (strcasecmp(name, "DOSHTTPStatus") == 0) return set_status(cmd, word);
  for (const Number& number : kNumbers) {
    if (strcasecmp(name, number.name) != 0) continue;
    uint64_t value = 0;
    if (const char* error = parse_number(cmd->pool, name, word, 1, number.most, value)) {
      return error;
    }
    evasive.*number.value = static_cast<int64_t>(value);
    return nullptr;
  }
  return pass_over(cmd);
}

namespace {

template <class T>
void push(apr_pool_t* pool, apr_array_header_t*& array, const T& value) {
  if (array == nullptr) array = apr_array_make(pool, 4, sizeof(T));
  *static_cast<T*>(apr_array_push(array)) = value;
}

}  // namespace

const char* set_evasive_list(cmd_parms* cmd, void*, const char* word) {
  if (const char* place = check_place(cmd)) return place;
  ServerConfig* config = server_config(cmd->server);
  config->evasive.is_used = true;
  const char* name = cmd->cmd->name;
  if (strcasecmp(name, "DOSWhitelist") == 0) {
    limit::AddressRange range;
    if (const char* error = parse_network(cmd->pool, word, true, range)) return error;
    push(cmd->pool, config->allow, range);
    return nullptr;
  }
  PathPattern pattern;
  const char* error = parse_path(cmd->pool, apr_pstrcat(cmd->pool, "~", word, nullptr), pattern);
  if (error != nullptr) return error;
  if (strcasecmp(name, "DOSWhitelistUri") == 0) {
    push(cmd->pool, config->exempt, pattern);
  } else if (strcasecmp(name, "DOSTargetlistUri") == 0) {
    push(cmd->pool, config->only, pattern);
  } else {
    push(cmd->pool, config->class_paths, ClassPath{kTrap, pattern});
  }
  return nullptr;
}

}  // namespace stockade::module
