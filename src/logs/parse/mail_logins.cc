#include "logs/parse/mail_logins.h"

#include <algorithm>

#include "base/text.h"
#include "logs/parse/login_text.h"
#include "logs/parse/sshd_peer.h"
#include "logs/parse/timestamp.h"

namespace stockade::logs {

namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "Disconnected (auth failed, 3 attempts in 8 secs): user=<tony>, method=PLAIN, rip=192.0.2.1,
// lip=192.0.2.9": rip stands behind the user, who may have written another before.
bool dovecot_login(std::string_view text, Record& record) {
  const bool failed = has(text, "auth failed") || has(text, "(disallowed") ||
                      has(text, "(tried to use") || has(text, "(proxy dest auth failed");
  const bool good = text.starts_with("Login: ");
  if (!failed && !good) return false;
  std::string_view name;
  const size_t user = text.find("user=<");
  const size_t end = text.rfind(">, ");
  if (user != std::string_view::npos && end != std::string_view::npos && end > user) {
    const std::string_view inside = text.substr(user + 6, end - user - 6);
    name = inside.substr(0, inside.find(">, "));
  }
  const std::string_view client = last_value(text, " rip=", ", ");
  failed ? set_failed_login(name, client, record) : set_accepted_login(name, client, record);
  return true;
}

// "sql(tony,192.0.2.1,<session>): unknown user", behind what names the worker's connection. A name
// has none of the characters that part it: dovecot refuses them (auth_username_chars).
bool dovecot_database(std::string_view text, Record& record) {
  const size_t end = text.find("): ");
  if (end == std::string_view::npos) return false;
  const std::string_view reason = text.substr(end + 3);
  // "conn unix:auth-worker (uid=143): auth-worker<13247>: sql(...): ..."
  if (reason.starts_with("auth-worker<"))
    return dovecot_database(text_after(reason, ">: "), record);
  const size_t open = text.find('(');
  if (open == std::string_view::npos || open > end) return false;
  // "auth(default): pam(...): ..."
  if (!has(text.substr(open, end - open), ",")) return dovecot_database(reason, record);
  const bool failed = starts_with_ignoring_case(reason, "unknown user") ||
                      starts_with_ignoring_case(reason, "password mismatch") ||
                      starts_with_ignoring_case(reason, "invalid credentials") ||
                      reason.starts_with("pam_authenticate() failed: ");
  if (!failed) return false;
  std::string_view inside = text.substr(open + 1, end - open - 1);
  const std::string_view user = inside.substr(0, inside.find(','));
  // The session at the end may be missing.
  if (inside.ends_with('>') || inside.ends_with(',')) inside = inside.substr(0, inside.rfind(','));
  const size_t comma = inside.rfind(',');
  if (comma == std::string_view::npos) return false;
  set_failed_login(user, inside.substr(comma + 1), record);
  return true;
}

// Through syslog "dovecot: imap-login: ..."; in a log of its own "imap-login: Info: ...".
bool dovecot(const Envelope& envelope, Record& record) {
  std::string_view process = envelope.program, text = envelope.message;
  while (process == "dovecot") {
    const size_t colon = text.find(": ");
    if (colon == std::string_view::npos) return false;
    process = text.substr(0, colon);
    text.remove_prefix(colon + 2);
  }
  record.auth.service = "dovecot";
  take_front(text, "Info: ");
  if (process.ends_with("-login")) return dovecot_login(text, record);
  return process.starts_with("auth") && dovecot_database(text, record);
}

// "name[192.0.2.1]", "name[192.0.2.1]:25": the name is the DNS's.
std::string_view bracketed_at_end(std::string_view text) {
  const size_t close = text.rfind(']');
  if (close == std::string_view::npos) return {};
  const std::string_view port = text.substr(close + 1);
  if (!port.empty() && (port.front() != ':' || !is_port(port.substr(1)))) return {};
  const size_t open = text.rfind('[', close);
  return open == std::string_view::npos ? std::string_view{}
                                        : text.substr(open + 1, close - open - 1);
}

// "warning: name[192.0.2.1]: SASL LOGIN authentication failed: ...". That the server could not ask
// anybody, or does not know the mechanism, is no wrong password.
bool postfix_sasl(std::string_view text, Connections::Connection& connection, Record& record) {
  const size_t mark = text.find(": SASL ");
  const size_t failed = text.find(" authentication failed", mark);
  if (!text.starts_with("warning: ") || failed == std::string_view::npos) return false;
  const std::string_view reason = text.substr(failed);
  if (has(reason, "Connection lost to authentication server") ||
      has(reason, "Invalid authentication mechanism"))
    return false;
  const std::string_view client = bracketed_at_end(text.substr(0, mark));
  if (client.empty()) return false;
  set_failed_login(last_value(reason, "sasl_username=", ","), client, record);
  connection.client = client;
  connection.counted = true;
  return true;
}

// "disconnect from name[192.0.2.1] ehlo=1 auth=0/3 quit=1": three logins that failed, which newer
// versions say here alone.
bool postfix_disconnect(std::string_view text, Connections::Connection& connection,
                        Record& record) {
  if (!take_front(text, "disconnect from ")) return false;
  const std::string_view client = bracketed_at_end(text.substr(0, text.find(' ')));
  const bool counted = connection.counted && connection.client == client;
  connection = {};
  const std::string_view tries = text_after(text, " auth=0/");
  if (tries.empty() || client.empty() || counted) return false;
  set_failed_login({}, client, record);
  record.auth.repeats = static_cast<uint32_t>(
      std::clamp<int64_t>(parse_number(first_word(tries)).value_or(1), 1, 1000));
  return true;
}

bool postfix(const Envelope& envelope, Connections& connections, Record& record) {
  if (!envelope.program.ends_with("/smtpd")) return false;
  Connections::Connection& connection = connections.of(envelope.pid);
  return postfix_sasl(envelope.message, connection, record) ||
         postfix_disconnect(envelope.message, connection, record);
}

// "name (HELO) [192.0.2.1]:4000 I=[192.0.2.9]:25": the HELO is the client's, and stands before.
std::string_view exim_client(std::string_view text) {
  const size_t own = text.rfind(" I=[");
  if (own != std::string_view::npos && !bracketed_at_end(text.substr(own)).empty())
    text = text.substr(0, own);
  return bracketed_at_end(text);
}

bool exim(std::string_view text, Record& record) {
  constexpr std::string_view kFailed = " authenticator failed for ", kCode = ": 535 ";
  constexpr std::string_view kNotOffered = " AUTH command used when not advertised";
  record.auth.service = "exim";
  const size_t failed = text.find(kFailed), code = text.find(kCode);
  if (failed < 64 && code != std::string_view::npos && code > failed) {
    const std::string_view client = exim_client(text.substr(0, code));
    if (client.empty()) return false;
    set_failed_login(text_between(text.substr(code), "(set_id=", ")"), client, record);
    return true;
  }
  if (!text.starts_with("SMTP protocol error in \"") || !text.ends_with(kNotOffered)) return false;
  const std::string_view client = exim_client(text.substr(0, text.size() - kNotOffered.size()));
  if (client.empty()) return false;
  set_failed_login({}, client, record);
  return true;
}

// "ID: AUTH failure (LOGIN): ..., user=tony, relay=name [192.0.2.1] (may be forged)" and
// "ID: name [192.0.2.1]: possible SMTP attack: command=AUTH, count=5".
bool sendmail(std::string_view text, Record& record) {
  const size_t attack = text.find(": possible SMTP attack: command=AUTH");
  if (attack != std::string_view::npos) {
    set_failed_login({}, last_value(text.substr(0, attack), "[", "]"), record);
    return true;
  }
  if (!has(text.substr(0, 64), ": AUTH failure (")) return false;
  const size_t relay = text.rfind(", relay=");
  if (relay == std::string_view::npos) return false;
  set_failed_login(last_value(text.substr(0, relay), ", user=", ","),
                   last_value(text.substr(relay), "[", "]"), record);
  return true;
}

// "badlogin: name [192.0.2.1] PLAIN [SASL(-13): ...]" of cyrus; "LOGIN FAILED, user=tony,
// ip=[192.0.2.1]" of courier; "Login failed user=tony auth=tony host=name [192.0.2.1]" of UW imapd.
bool imap(std::string_view text, Record& record) {
  if (text.starts_with("badlogin: ")) {
    set_failed_login({}, text_between(text, "[", "]"), record);
    return true;
  }
  if (text.starts_with("LOGIN FAILED, ")) {
    const size_t address = text.rfind(", ip=[");
    if (address == std::string_view::npos) return false;
    set_failed_login(text_after(text.substr(0, address), "user="),
                     text_between(text.substr(address), "[", "]"), record);
    return true;
  }
  const bool failed = text.starts_with("Login failed user=") ||
                      text.starts_with("Login excessive login failures user=") ||
                      text.starts_with("Login disabled user=") ||
                      text.starts_with("Failed uwmaster override of user=");
  if (!failed) return false;
  set_failed_login(first_word(text_after(text, "user=")), bracketed_at_end(trim(text)), record);
  return true;
}

bool is_imap(std::string_view program) {
  return program.starts_with("imap") || program.starts_with("pop3") ||
         program.starts_with("ipop") || program.starts_with("cyrus") ||
         program.starts_with("courier") || program == "sieve" || program == "timsieved";
}

}  // namespace

bool parse_mail_login(const Envelope& envelope, Connections& connections, Record& record) {
  const std::string_view program = envelope.program;
  if (program == "dovecot" || program.ends_with("-login") || program.starts_with("auth"))
    return dovecot(envelope, record);
  if (program.starts_with("postfix")) return postfix(envelope, connections, record);
  if (program.starts_with("exim")) return exim(envelope.message, record);
  if (program == "sendmail" || program.starts_with("sm-"))
    return sendmail(envelope.message, record);
  return is_imap(program) && imap(envelope.message, record);
}

bool parse_exim_line(std::string_view line, Record& record) {
  if (line.size() < 21 || line[10] != ' ' || line[19] != ' ') return false;
  const auto time = parse_iso_time(line.substr(0, 19));
  std::string_view text = line.substr(20);
  if (text.starts_with('[')) text = text_after(text, "] ");
  if (!time) return false;
  record.auth = {};
  if (!exim(text, record)) return false;
  record.kind = LineKind::auth;
  record.time = *time;
  return true;
}

}  // namespace stockade::logs
