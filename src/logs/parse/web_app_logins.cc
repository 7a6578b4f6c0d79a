#include "logs/parse/web_app_logins.h"

#include <array>

#include "base/text.h"
#include "logs/parse/login_text.h"
#include "logs/parse/sshd_peer.h"

namespace stockade::logs {

namespace {

// "user denied: tony (mysql-denied) from 192.0.2.1"
bool php_my_admin(std::string_view text, Record& record) {
  const size_t from = text.rfind(") from ");
  if (from == std::string_view::npos) return false;
  const size_t reason = text.rfind(" (", from);
  if (text.starts_with("user denied: ") && reason != std::string_view::npos) {
    set_failed_login(text.substr(13, reason - 13), text.substr(from + 7), record);
    return true;
  }
  return false;
}

// "Invalid login as tony from 192.0.2.1", "Non-existent login as tony from 192.0.2.1"
bool webmin(std::string_view text, Record& record) {
  if (!take_front(text, "Invalid login as ") && !take_front(text, "Non-existent login as "))
    return false;
  const size_t from = text.rfind(" from ");
  if (from == std::string_view::npos) return false;
  set_failed_login(text.substr(0, from), trim(text.substr(from + 6)), record);
  return true;
}

// "IMAP Error: Login failed for tony from 192.0.2.1(X-Real-IP: ...). AUTHENTICATE PLAIN: ..." and
// "Failed login for tony from 192.0.2.1 in session x (error: 0)". The name is the client's and may
// hold a " from " of its own; what follows the address may repeat the name. The address is the last
// one before what the program says itself, and nobody is accused where there is more than one.
bool roundcube(std::string_view text, Record& record) {
  if (text.starts_with('<')) text = text_after(text, "> ");
  const bool failed = take_front(text, "IMAP Error: Login failed for ") ||
                      take_front(text, "Failed login for ") ||
                      take_front(text, "FAILED login for ");
  if (!failed) return false;
  size_t end = text.size();
  for (const std::string_view own : {". AUTHENTICATE ", ". LOGIN: ", " in session "})
    end = std::min(end, text.rfind(own));
  const std::string_view front = text.substr(0, end);
  const size_t from = front.rfind(" from ");
  if (from == std::string_view::npos) return false;
  std::string_view client = front.substr(from + 6);
  client = client.substr(0, client.find_first_of("( "));
  set_failed_login(front.substr(0, from), client, record);
  record.auth.doubtful = front.find(" from ") != from;
  return true;
}

// "site|time|user|192.0.2.1|request|referer|uid|link|Login attempt failed for tony.": eight fields
// before the message, of which the client writes the fifth and sixth.
bool drupal(std::string_view text, Record& record) {
  std::array<std::string_view, 4> fields;
  std::string_view rest = text;
  for (std::string_view& field : fields) {
    const size_t bar = rest.find('|');
    if (bar == std::string_view::npos) return false;
    field = rest.substr(0, bar);
    rest.remove_prefix(bar + 1);
  }
  if (fields[2] != "user" || !Ip::parse(fields[3])) return false;
  const size_t said = rest.rfind("|Login attempt failed ");
  if (said == std::string_view::npos) return false;
  std::string_view user = rest.substr(said + 22);
  if (user.find('|') != std::string_view::npos) return false;  // in what the client asked for
  if (!take_front(user, "for ")) user = {};
  take_back(user, ".");
  set_failed_login(user, fields[3], record);
  return true;
}

// "22-Jan-2013 22:28:21 +0200", which is a request's time with other signs.
std::optional<Micros> roundcube_time(std::string_view text) {
  if (text.size() < 20 || text[2] != '-' || text[6] != '-' || text[11] != ' ') return std::nullopt;
  std::string form(text);
  form[2] = form[6] = '/';
  form[11] = ':';
  return parse_request_time(form);
}

}  // namespace

bool parse_web_app_login(const Envelope& envelope, Record& record) {
  const std::string_view program = envelope.program, text = envelope.message;
  if (program == "phpMyAdmin") return php_my_admin(text, record);
  if (program == "webmin") return webmin(text, record);
  if (program == "roundcube") return roundcube(text, record);
  if (!text.starts_with("http") || !drupal(text, record)) return false;
  record.auth.service = "drupal";
  return true;
}

bool parse_roundcube_line(std::string_view line, Record& record) {
  const size_t close = line.find("]: ");
  if (!line.starts_with('[') || close == std::string_view::npos) return false;
  const auto time = roundcube_time(line.substr(1, close - 1));
  if (!time) return false;
  record.auth = {};
  record.source.reset();
  record.auth.service = "roundcube";
  record.time = *time;
  record.kind = roundcube(line.substr(close + 3), record) ? LineKind::auth : LineKind::other;
  return true;
}

}  // namespace stockade::logs
