#include "logs/parse/nginx_error.h"

#include "base/text.h"
#include "logs/parse/login_text.h"
#include "logs/parse/timestamp.h"

namespace stockade::logs {

namespace {

// "2026/04/09 11:53:36"
std::optional<Micros> nginx_time(std::string_view text) {
  if (text.size() != 19 || text[4] != '/' || text[7] != '/') return std::nullopt;
  std::string form(text);
  form[4] = form[7] = '-';
  return parse_iso_time(form);
}

// The number of a connection, which stands before what is said of it: "*66 ".
std::string_view without_connection(std::string_view text) {
  if (!text.starts_with('*')) return text;
  const size_t blank = text.find(' ');
  return blank == std::string_view::npos ? text : text.substr(blank + 1);
}

}  // namespace

bool parse_nginx_error(std::string_view line, Record& record) {
  if (line.size() < 24 || line[19] != ' ' || line[20] != '[') return false;
  const auto time = nginx_time(line.substr(0, 19));
  const size_t close = line.find("] ", 20);
  if (!time || close == std::string_view::npos || close > 32) return false;
  const size_t process = line.find('#', close);
  const size_t said = line.find(": ", close);
  if (process == std::string_view::npos || said == std::string_view::npos || process > said)
    return false;
  record.error = {};
  record.source.reset();
  record.kind = LineKind::error;
  record.time = *time;
  ErrorRecord& error = record.error;
  error.module = "nginx";
  error.level = line.substr(21, close - 21);
  std::string_view text = without_connection(line.substr(said + 2));
  // Names, addresses asked for and referers are written as the client sent them, quotes and all.
  // Where they hold a client of their own, nobody can tell which is the server's.
  constexpr std::string_view kClient = ", client: ";
  const size_t client = text.find(kClient);
  error.message = text.substr(0, client);
  if (client == std::string_view::npos) return true;
  error.client = first_word(text.substr(client + kClient.size()));
  if (text.rfind(kClient) == client) record.source = Ip::parse(error.client);
  return true;
}

}  // namespace stockade::logs
