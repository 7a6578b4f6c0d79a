#include "logs/parse/auth_log.h"

#include <algorithm>

#include "base/text.h"
#include "logs/parse/dropbear.h"
#include "logs/parse/ftp_logins.h"
#include "logs/parse/login_text.h"
#include "logs/parse/mail_logins.h"
#include "logs/parse/sshd.h"
#include "logs/parse/sshd_peer.h"
#include "logs/parse/web_app_logins.h"

namespace stockade::logs {

namespace {

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

// "2 more authentication failures; ...": how many; 1 of the common form, 0 of any other.
uint32_t pam_failures(std::string_view said) {
  if (said.starts_with("authentication failure;") || said.starts_with("authentication failure,"))
    return 1;
  const size_t more = said.find(" more authentication failure");
  if (more == std::string_view::npos) return 0;
  return static_cast<uint32_t>(
      std::clamp<int64_t>(parse_number(said.substr(0, more)).value_or(0), 0, 100));
}

// "pam_unix(sshd:auth): ...", "pam_unix: ...", "(pam_unix) ...". Programs of 2005 and before, which
// are logged as "su(pam_unix)", are left alone.
bool parse_pam(const Envelope& envelope, Connections& connections, Record& record) {
  std::string_view text = envelope.message;
  const bool old_form = text.starts_with("(pam_unix) ");
  if (!old_form && !text.starts_with("pam_")) return false;
  const std::string_view said = old_form ? text.substr(11) : text_after(text, ": ");
  AuthRecord& auth = record.auth;
  if (const uint32_t failures = pam_failures(said); failures != 0) {
    auth.repeats = std::max(auth.repeats, failures);
    const PamFailure failure = read_pam_failure(said);
    auth.login = Login::failed;
    auth.user = failure.user.empty() ? failure.ruser : failure.user;
    set_login_client(failure.client, record);
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

// The forms of other systems: "BAD SU tony to root on /dev/ttyp0" and "tony to root on /dev/ttyp0"
// (BSD), "- /dev/pts/0 tony:root" and "+ ..." (older Debian), "failed: pts/4 changing from tony to
// root" (AIX).
bool parse_other_su(std::string_view text, Record& record) {
  const auto say = [&](bool failed, std::string_view user) {
    record.auth.user = user;
    record.auth.login = failed ? Login::elevation_failed : Login::elevated;
    return true;
  };
  if (text.starts_with("- ") || text.starts_with("+ ")) {
    const std::string_view names = text.substr(text.rfind(' ') + 1);
    if (names.find(':') == std::string_view::npos) return false;
    return say(text.front() == '-', names.substr(0, names.find(':')));
  }
  if (text.starts_with("failed: "))
    return say(true, first_word(text_after(text, " changing from ")));
  const bool bad = take_front(text, "BAD SU ");
  const size_t to = text.find(" to ");
  if (to == std::string_view::npos || text.find(" on ", to) == std::string_view::npos) return false;
  return say(bad, text.substr(0, to));
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
    auth.user = first_word(text_after(text, " by "));
  } else {
    return !failed && parse_other_su(text, record);
  }
  auth.login = failed ? Login::elevation_failed : Login::elevated;
  return true;
}

bool parse_service(const Envelope& envelope, Connections& connections, Record& record) {
  const std::string_view program = envelope.program;
  const std::string_view text = envelope.message;
  if (parse_pam(envelope, connections, record)) return true;
  if (is_sshd(program)) return parse_sshd(envelope, connections, record);
  if (program == "sudo") return parse_sudo(text, record);
  if (program == "su") return parse_su(text, record);
  if (program == "dropbear") return parse_dropbear(text, record);
  return parse_mail_login(envelope, connections, record) || parse_ftp_login(envelope, record) ||
         parse_web_app_login(envelope, record);
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
