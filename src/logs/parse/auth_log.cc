#include "logs/parse/auth_log.h"

#include "base/text.h"
#include "logs/parse/sshd.h"

namespace stockade::logs {

namespace {

std::string_view after(std::string_view text, std::string_view mark) {
  const size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + mark.size());
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" ,;"));
}

// pam_unix writes its fields in one order: logname uid euid tty ruser rhost, and "user" behind two
// blanks where it knows one. ruser and user are the client's, so rhost is the last one before the
// two blanks, and none in a user is believed.
struct PamFailure {
  std::string_view client, user, ruser;
};

PamFailure read_pam_failure(std::string_view text) {
  PamFailure failure;
  constexpr std::string_view kUser = "  user=", kHost = " rhost=", kRuser = " ruser=";
  std::string_view fields = text;
  const size_t first_host = fields.find(kHost);
  size_t user = fields.find(kUser);
  // Some loggers fold blanks.
  size_t skip = kUser.size();
  if (user == std::string_view::npos && first_host != std::string_view::npos) {
    const size_t folded = fields.find(" user=", first_host);
    if (folded != std::string_view::npos) {
      user = folded;
      skip = 6;
    }
  }
  if (user != std::string_view::npos && first_host != std::string_view::npos && user > first_host) {
    failure.user = trim(fields.substr(user + skip));
    fields = fields.substr(0, user);
  }
  const size_t ruser = fields.find(kRuser);
  const size_t host = fields.rfind(kHost);
  if (host == std::string_view::npos) return failure;
  failure.client = first_word(fields.substr(host + kHost.size()));
  if (ruser != std::string_view::npos && ruser < host) {
    failure.ruser = fields.substr(ruser + kRuser.size(), host - ruser - kRuser.size());
  }
  return failure;
}

void set_client(std::string_view client, Record& record) {
  record.auth.client = client;
  record.source = Ip::parse(client);
}

// "pam_unix(sshd:auth): ...", "pam_unix: ...", "(pam_unix) ...".
bool parse_pam(const Envelope& envelope, Connections& connections, Record& record) {
  std::string_view text = envelope.message;
  const bool old_form = text.starts_with("(pam_unix) ");
  if (!old_form && !text.starts_with("pam_")) return false;
  const std::string_view said = old_form ? text.substr(11) : after(text, ": ");
  AuthRecord& auth = record.auth;
  if (said.starts_with("authentication failure;") || said.starts_with("authentication failure,")) {
    const PamFailure failure = read_pam_failure(said);
    auth.login = Login::failed;
    auth.user = failure.user.empty() ? failure.ruser : failure.user;
    set_client(failure.client, record);
    const bool of_sshd =
        !old_form && (envelope.program == "sshd" || envelope.program == "sshd-session");
    auth.counts =
        of_sshd ? count_pam_of_sshd(connections.of(envelope.pid), auth) : !failure.client.empty();
    return true;
  }
  if (said.starts_with("session opened for user ")) {
    auth.login = Login::session_opened;
    auth.user = first_word(said.substr(24));
    const size_t uid = auth.user.find('(');
    auth.user = auth.user.substr(0, uid);
    return true;
  }
  if (said.starts_with("session closed for user ")) {
    auth.login = Login::session_closed;
    auth.user = first_word(said.substr(24));
    return true;
  }
  record.kind = LineKind::other;
  return true;
}

// "tony : TTY=pts/0 ; PWD=/home/tony ; USER=root ; COMMAND=/usr/bin/id", with a reason in front of
// TTY where it was refused.
bool parse_sudo(std::string_view text, Record& record) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const size_t colon = text.find(" : ");
  if (colon == std::string_view::npos) return false;
  AuthRecord& auth = record.auth;
  auth.user = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 3);
  auth.login = rest.starts_with("TTY=") || rest.starts_with("PWD=") ? Login::elevated
                                                                    : Login::elevation_failed;
  return true;
}

// "(to root) tony on pts/1", "FAILED SU (to root) tony on pts/1", "Successful su for root by tony",
// "FAILED su for root by tony".
bool parse_su(std::string_view text, Record& record) {
  AuthRecord& auth = record.auth;
  const bool failed = starts_with_ignoring_case(text, "FAILED SU");
  if (failed) text = trim(text.substr(9));
  if (text.starts_with("(to ")) {
    const size_t close = text.find(") ");
    if (close == std::string_view::npos) return false;
    auth.user = first_word(text.substr(close + 2));
  } else if (text.starts_with("for ") || text.starts_with("Successful su for ")) {
    auth.user = first_word(after(text, " by "));
  } else {
    return false;
  }
  auth.login = failed ? Login::elevation_failed : Login::elevated;
  return true;
}

// The one after the last `mark`, up to a character of `ends`.
std::string_view last_value(std::string_view text, std::string_view mark, std::string_view ends) {
  const size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view value = text.substr(at + mark.size());
  return value.substr(0, value.find_first_of(ends));
}

// "[tony] FAIL LOGIN: Client "192.0.2.1"", with or without "[pid 5] " in front.
bool parse_vsftpd(std::string_view text, Record& record) {
  const bool failed = text.find("] FAIL LOGIN: Client \"") != std::string_view::npos;
  const bool good = text.find("] OK LOGIN: Client \"") != std::string_view::npos;
  if (!failed && !good) return false;
  set_client(last_value(text, "LOGIN: Client \"", "\",").starts_with("::ffff:")
                 ? last_value(text, "LOGIN: Client \"", "\",").substr(7)
                 : last_value(text, "LOGIN: Client \"", "\","),
             record);
  const size_t mark = text.rfind("] ");
  const size_t open = text.rfind('[', mark);
  if (open != std::string_view::npos) record.auth.user = text.substr(open + 1, mark - open - 1);
  record.auth.login = failed ? Login::failed : Login::accepted;
  record.auth.counts = failed;
  return true;
}

// "imap-login: Disconnected (auth failed, 3 attempts in 8 secs): user=<tony>, method=PLAIN,
// rip=192.0.2.1, lip=192.0.2.9": rip stands behind the user, who may have written another before.
bool parse_dovecot(std::string_view text, Record& record) {
  const size_t login = text.find("-login: ");
  if (login == std::string_view::npos) return false;
  const bool failed = text.find("(auth failed") != std::string_view::npos ||
                      text.find("(disallowed") != std::string_view::npos ||
                      text.find("(tried to use") != std::string_view::npos;
  const bool good = text.substr(login + 8).starts_with("Login: ");
  if (!failed && !good) return false;
  set_client(last_value(text, " rip=", ", "), record);
  const size_t user = text.find("user=<");
  const size_t end = text.rfind(">, ");
  if (user != std::string_view::npos && end != std::string_view::npos && end > user) {
    const std::string_view inside = text.substr(user + 6, end - user - 6);
    record.auth.user = inside.substr(0, inside.find(">, "));
  }
  record.auth.login = failed ? Login::failed : Login::accepted;
  record.auth.counts = failed;
  return true;
}

// "warning: name[192.0.2.1]: SASL LOGIN authentication failed: ...".
bool parse_postfix(std::string_view text, Record& record) {
  if (!text.starts_with("warning: ")) return false;
  const size_t close = text.find("]: SASL ");
  if (close == std::string_view::npos ||
      text.find(" authentication failed", close) == std::string_view::npos) {
    return false;
  }
  const size_t open = text.rfind('[', close);
  if (open == std::string_view::npos) return false;
  set_client(text.substr(open + 1, close - open - 1), record);
  record.auth.login = Login::failed;
  record.auth.counts = true;
  return true;
}

bool parse_service(const Envelope& envelope, Connections& connections, Record& record) {
  const std::string_view program = envelope.program;
  const std::string_view text = envelope.message;
  if (parse_pam(envelope, connections, record)) return true;
  if (is_sshd(program)) return parse_sshd(envelope, connections, record);
  if (program == "sudo") return parse_sudo(text, record);
  if (program == "su") return parse_su(text, record);
  if (program == "vsftpd") return parse_vsftpd(text, record);
  if (program == "dovecot") return parse_dovecot(text, record);
  if (program.starts_with("postfix")) return parse_postfix(text, record);
  return false;
}

// Of a path or a service within a service, the name: "postfix/smtpd" stays "postfix".
std::string_view service_of(std::string_view program) {
  if (is_sshd(program)) return "sshd";
  return program.substr(0, program.find('/'));
}

}  // namespace

Connections::Connection& Connections::of(uint32_t pid) {
  Connection& slot = slots_[pid % slots_.size()];
  if (slot.pid != pid) {
    slot = {};
    slot.pid = pid;
  }
  return slot;
}

void Connections::forget(uint32_t pid) {
  Connection& slot = slots_[pid % slots_.size()];
  if (slot.pid == pid) slot = {};
}

bool parse_auth(const Envelope& envelope, Connections& connections, Record& record) {
  record.kind = LineKind::auth;
  record.time = envelope.time;
  record.source.reset();
  record.auth = {};
  record.auth.pid = envelope.pid;
  record.auth.repeats = envelope.repeats;
  record.auth.service = service_of(envelope.program);
  if (parse_service(envelope, connections, record)) return true;
  record.kind = LineKind::other;
  return true;
}

}  // namespace stockade::logs
