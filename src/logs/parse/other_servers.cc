#include "logs/parse/other_servers.h"

#include "base/text.h"
#include "logs/parse/access_log.h"
#include "logs/parse/ftp_logins.h"
#include "logs/parse/login_text.h"
#include "logs/parse/mail_logins.h"
#include "logs/parse/nginx_error.h"
#include "logs/parse/timestamp.h"
#include "logs/parse/web_app_logins.h"

namespace stockade::logs {

namespace {

void login(std::string_view service, Login kind, std::string_view client, Micros time,
           Record& record) {
  record.auth = {};
  record.auth.service = service;
  record.auth.login = kind;
  record.auth.counts = kind != Login::accepted;
  set_login_client(client, record);
  record.time = time;
  record.kind = LineKind::auth;
}

// `... - Authentication attempt from [192.0.2.1, 172.18.0.2] for user "test" failed.`: the first
// address is the client's, those after it are proxies.
bool guacamole(std::string_view line, Record& record) {
  const size_t mark = line.find(" - Authentication attempt from ");
  if (mark == std::string_view::npos || !line.ends_with("\" failed.")) return false;
  const auto time = parse_iso_time(line.substr(0, line.find(' ')));
  if (!time) return false;
  std::string_view rest = line.substr(mark + 31);
  std::string_view client = rest.starts_with('[') ? rest.substr(1) : rest;
  client = client.substr(0, client.find_first_of(",] "));
  login("guacamole", Login::failed, client, *time, record);
  record.auth.user = text_between(rest, "for user \"", "\" failed.");
  return true;
}

// "2022-02-13T11:02:12.588Z ACCEPT host=::ffff:192.0.2.1 port=19851 fd=4 n=1/4096"
bool endlessh(std::string_view line, Record& record) {
  const size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view rest = line.substr(blank + 1);
  const bool accept = rest.starts_with("ACCEPT host=");
  if (!accept && !rest.starts_with("CLOSE host=")) return false;
  const auto time = parse_iso_time(line.substr(0, blank));
  if (!time) return false;
  login("endlessh", Login::protocol_error, text_between(rest, "host=", " "), *time, record);
  record.auth.counts = accept;
  return true;
}

// "2022/05/06 04:53:57 [192.0.2.1:58629] authentication for user "a" with password "b" rejected".
// Nobody has business in a honeypot, so a login that it accepts is an attack as well.
bool sshesame(std::string_view line, Record& record) {
  if (line.size() < 24 || line[19] != ' ' || line[20] != '[') return false;
  const auto time = parse_iso_time(line.substr(0, 19));
  const std::string_view peer = text_between(line.substr(19), "[", "] ");
  const size_t colon = peer.rfind(':');
  if (!time || colon == std::string_view::npos) return false;
  std::string_view client = peer.substr(0, colon);
  if (client.starts_with('[') && client.ends_with(']'))
    client = client.substr(1, client.size() - 2);
  const std::string_view said = line.substr(line.find("] ") + 2);
  login("sshesame", Login::protocol_error, client, *time, record);
  if (!record.source) return false;
  record.auth.counts = false;
  if (said.starts_with("authentication for user ")) {
    record.auth.login = Login::failed;
    record.auth.counts = true;
    record.auth.user = text_between(said, "user \"", "\"");
  } else if (said.find("] command ") != std::string_view::npos ||
             said.find("] input: ") != std::string_view::npos ||
             said.find("] exec: ") != std::string_view::npos ||
             said.find("forwarding from") != std::string_view::npos) {
    record.auth.login = Login::elevated;  // acts inside
    record.auth.counts = true;
  }
  return true;
}

// "2025/05/01 14:14:02 [...] [router:x] [origin:H] [client: 192.0.2.1] [useragent: A] GET /p 444".
// The agent is the client's and may hold brackets: method, path and status are read from the end.
bool zoraxy(std::string_view line, Record& record) {
  if (line.size() < 24 || line[19] != ' ' || line[20] != '[') return false;
  const size_t client = line.find("] [client: ");
  const size_t agent = line.find("] [useragent: ");
  const size_t end = line.rfind("] ");
  if (client == std::string_view::npos || agent == std::string_view::npos || end < agent + 2)
    return false;
  const auto time = parse_iso_time(line.substr(0, 19));
  if (!time) return false;
  record.access = {};
  AccessRecord& access = record.access;
  access.client = line.substr(client + 11, agent - client - 11);
  access.agent = line.substr(agent + 14, end - agent - 14);
  access.server = text_between(line, "[origin:", "]");
  std::string_view request = line.substr(end + 2);
  const size_t status = request.rfind(' ');
  if (status == std::string_view::npos) return false;
  const auto code = parse_number(request.substr(status + 1));
  if (!code || *code < 100 || *code > 999) return false;
  access.status = static_cast<uint16_t>(*code);
  access.request = request.substr(0, status);
  split_request(access);
  record.source = Ip::parse(access.client);
  record.time = *time;
  record.kind = LineKind::access;
  return true;
}

}  // namespace

bool parse_other_server(std::string_view line, Record& record) {
  if (line.size() < 20) return false;
  if (line.front() == '[') return parse_roundcube_line(line, record);
  if (!is_digit(line.front())) return parse_vsftpd_line(line, record);
  return zoraxy(line, record) || endlessh(line, record) || sshesame(line, record) ||
         guacamole(line, record) || parse_nginx_error(line, record) ||
         parse_exim_line(line, record);
}

}  // namespace stockade::logs
