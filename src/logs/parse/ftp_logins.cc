#include "logs/parse/ftp_logins.h"

#include "base/text.h"
#include "logs/parse/login_text.h"
#include "logs/parse/sshd_peer.h"

namespace stockade::logs {

namespace {

// "[tony] FAIL LOGIN: Client "192.0.2.1"", perhaps with a reason behind it.
bool vsftpd(std::string_view text, Record& record) {
  const size_t failed = text.rfind("] FAIL LOGIN: Client \"");
  const size_t good = text.rfind("] OK LOGIN: Client \"");
  const size_t mark = failed == std::string_view::npos ? good : failed;
  if (mark == std::string_view::npos) return false;
  const size_t open = text.rfind('[', mark);
  const std::string_view user =
      open == std::string_view::npos ? std::string_view{} : text.substr(open + 1, mark - open - 1);
  const std::string_view client = text_between(text.substr(mark), "Client \"", "\"");
  failed == std::string_view::npos ? set_accepted_login(user, client, record)
                                   : set_failed_login(user, client, record);
  return true;
}

// "server (name[192.0.2.1]): USER tony (Login failed): Incorrect password.", or " - " for ": ". The
// first brackets are the server's; a user may have written more behind them.
bool proftpd(std::string_view text, Record& record) {
  const size_t open = text.find(" (");
  const size_t close = text.find("])", open);
  if (close == std::string_view::npos) return false;
  const std::string_view client = last_value(text.substr(open, close - open), "[", "]");
  std::string_view said = text.substr(close + 2);
  if (!take_front(said, ": ") && !take_front(said, " - ")) return false;
  if (said.starts_with("SECURITY VIOLATION") || said.starts_with("Maximum login attempts (")) {
    set_failed_login({}, client, record);
    return true;
  }
  if (!take_front(said, "USER ")) return false;
  for (const std::string_view mark : {" (Login failed)", ": no such user found"}) {
    const size_t end = said.rfind(mark);
    if (end == std::string_view::npos) continue;
    set_failed_login(said.substr(0, end), client, record);
    return true;
  }
  if (!trim(said).ends_with(": Login successful.")) return false;
  set_accepted_login(said.substr(0, said.rfind(": Login successful")), client, record);
  return true;
}

// "(?@192.0.2.1) [WARNING] Authentication failed for user [tony]"; "(tony@192.0.2.1) [INFO] tony is
// now logged in".
bool pure_ftpd(std::string_view text, Record& record) {
  const size_t close = text.find(") [");
  if (!text.starts_with('(') || close == std::string_view::npos) return false;
  const std::string_view who = text.substr(1, close - 1);
  const size_t at = who.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view said = text.substr(close + 2);
  if (said.starts_with("[WARNING] Authentication failed for user [")) {
    std::string_view user = said.substr(said.find("user [") + 6);
    take_back(user, "]");
    set_failed_login(user, who.substr(at + 1), record);
    return true;
  }
  if (!said.ends_with(" is now logged in")) return false;
  set_accepted_login(who.substr(0, at), who.substr(at + 1), record);
  return true;
}

// "failed login from name [192.0.2.1]"
bool wu_ftpd(std::string_view text, Record& record) {
  if (!text.starts_with("failed login from ")) return false;
  set_failed_login({}, last_value(text, "[", "]"), record);
  return true;
}

}  // namespace

bool parse_ftp_login(const Envelope& envelope, Record& record) {
  const std::string_view program = envelope.program, text = envelope.message;
  if (program == "vsftpd") return vsftpd(text, record);
  if (program == "proftpd") return proftpd(text, record);
  if (program == "pure-ftpd") return pure_ftpd(text, record);
  return (program == "wu-ftpd" || program == "ftpd") && wu_ftpd(text, record);
}

bool parse_vsftpd_line(std::string_view line, Record& record) {
  if (line.size() < 26 || line[24] != ' ' || line[25] != '[') return false;
  const auto time = parse_error_time(line.substr(0, 24));
  if (!time) return false;
  record.auth = {};
  record.source.reset();
  record.auth.service = "vsftpd";
  record.time = *time;
  record.kind = vsftpd(line.substr(25), record) ? LineKind::auth : LineKind::other;
  return line.substr(25).starts_with("[pid ") || record.kind == LineKind::auth;
}

}  // namespace stockade::logs
