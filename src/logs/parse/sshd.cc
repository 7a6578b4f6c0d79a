#include "logs/parse/sshd.h"

#include "base/text.h"
#include "logs/parse/sshd_peer.h"

namespace stockade::logs {

namespace {

using Connection = Connections::Connection;

void set_peer(std::string_view client, Record& record) {
  record.auth.client = unmapped(client);
  record.source = Ip::parse(record.auth.client);
}

void finish_login_line(const Reading& reading, std::string_view name, Record& record) {
  AuthRecord& auth = record.auth;
  auth.user = name;
  auth.port = reading.peer.port;
  auth.doubtful = reading.doubtful;
  set_peer(reading.peer.client, record);
}

void remember(Connection& connection, const AuthRecord& auth) {
  if (!auth.client.empty()) connection.client = auth.client;
}

// A failure that is told on the line that it happens.
void count_now(Connection& connection, Record& record) {
  record.auth.counts = true;
  connection.counted = true;
  connection.waiting = false;
  remember(connection, record.auth);
}

// "Failed METHOD for [invalid user ]U from A port N ssh2: info"
bool failed_line(std::string_view text, Connection& connection, Record& record) {
  if (!take_front(text, "Failed ")) return false;
  const size_t method_end = text.find(" for ");
  if (method_end == std::string_view::npos) return false;
  AuthRecord& auth = record.auth;
  auth.method = text.substr(0, method_end);
  std::string_view rest = text.substr(method_end + 5);
  const bool invalid = take_front(rest, "invalid user ") || take_front(rest, "illegal user ");
  const auto reading = read_login_line(
      rest.starts_with("from ") ? text.substr(method_end + 4 + (invalid ? 13 : 0)) : rest);
  if (!reading) return false;
  auth.login = invalid ? Login::invalid_user : Login::failed;
  finish_login_line(*reading, reading->peer.user, record);
  // A client offers its keys one after the other: one that is refused is no attack yet.
  if (auth.method == "publickey" && !invalid) {
    connection.waiting = true;
    connection.user = auth.user;
    remember(connection, auth);
    return true;
  }
  count_now(connection, record);
  return true;
}

bool accepted_line(std::string_view text, Connection& connection, Record& record) {
  if (!take_front(text, "Accepted ")) return false;
  const size_t method_end = text.find(" for ");
  if (method_end == std::string_view::npos) return false;
  AuthRecord& auth = record.auth;
  auth.method = text.substr(0, method_end);
  const auto reading = read_login_line(text.substr(method_end + 5));
  if (!reading) return false;
  auth.login = Login::accepted;
  finish_login_line(*reading, reading->peer.user, record);
  // Other names were tried first: the login does not make that good.
  auth.counts = connection.waiting && !connection.user.empty() && connection.user != auth.user;
  connection.waiting = false;
  connection.counted = false;
  connection.user.clear();
  remember(connection, auth);
  return true;
}

// "Invalid user U from A[ port N]"
bool invalid_user_line(std::string_view text, Connection& connection, Record& record) {
  if (!take_front(text, "Invalid user ") && !take_front(text, "Illegal user ")) return false;
  const size_t from = text.rfind("from ");
  if (from == std::string_view::npos || (from > 0 && text[from - 1] != ' ')) return false;
  const Peer peer = peer_at_end(text.substr(from + 5));
  record.auth.login = Login::invalid_user;
  record.auth.user = trim(text.substr(0, from));
  record.auth.port = peer.port;
  set_peer(peer.client, record);
  count_now(connection, record);
  return true;
}

// "User U from A not allowed because ..."
bool not_allowed_line(std::string_view text, Connection& connection, Record& record) {
  if (!take_front(text, "User ")) return false;
  const size_t because = text.rfind(" not allowed because ");
  if (because == std::string_view::npos) return false;
  const std::string_view front = text.substr(0, because);
  const size_t from = front.rfind(" from ");
  record.auth.login = Login::refused;
  if (from == std::string_view::npos) {
    connection.waiting = true;
    record.auth.user = front;
    return true;
  }
  record.auth.user = front.substr(0, from);
  set_peer(front.substr(from + 6), record);
  count_now(connection, record);
  return true;
}

// "error: PAM: Authentication failure for [illegal user ]U from A[ via B]"
bool pam_error_line(std::string_view text, Connection& connection, Record& record) {
  if (!take_front(text, "PAM: ")) return false;
  const size_t user_start = text.find(" for ");
  const size_t from = text.rfind(" from ");
  if (user_start == std::string_view::npos || from == std::string_view::npos ||
      from < user_start + 4) {
    return false;
  }
  std::string_view name = from >= user_start + 5
                              ? text.substr(user_start + 5, from - user_start - 5)
                              : std::string_view{};
  const bool invalid = take_front(name, "illegal user ") || take_front(name, "invalid user ");
  record.auth.login = invalid ? Login::invalid_user : Login::failed;
  record.auth.user = name;
  record.auth.method = "pam";
  std::string_view client = trim(text.substr(from + 6));
  set_peer(client.substr(0, client.find(' ')), record);
  count_now(connection, record);
  return true;
}

// "error: maximum authentication attempts exceeded for [invalid user ]U from A port N ssh2"
bool maximum_line(std::string_view text, Connection& connection, Record& record) {
  if (!take_front(text, "maximum authentication attempts exceeded for ")) return false;
  take_front(text, "invalid user ");
  const auto reading = read_login_line(text);
  if (!reading) return false;
  record.auth.login = Login::too_many;
  finish_login_line(*reading, reading->peer.user, record);
  count_now(connection, record);
  return true;
}

// The client of this process, where a line names none; false where nobody knows it.
bool from_memory(Connection& connection, Record& record) {
  if (connection.client.empty()) {
    connection.waiting = true;
    return false;
  }
  // The connection's own copy outlives the record.
  set_peer(connection.client, record);
  count_now(connection, record);
  return true;
}

// "Disconnecting: Too many authentication failures[ for U]", "Disconnecting [invalid|authenticating
// user ]U A port N: reason"
bool disconnecting_line(std::string_view text, Connection& connection, Record& record) {
  if (!take_front(text, "Disconnecting")) return false;
  record.auth.login = Login::too_many;
  if (take_front(text, ": ")) {
    if (text.starts_with("Too many authentication failures")) {
      from_memory(connection, record);
    } else if (text.starts_with("Change of username")) {
      from_memory(connection, record);
    }
    return true;
  }
  take_front(text, " ");
  if (!take_front(text, "invalid user ")) take_front(text, "authenticating user ");
  const size_t reason = text.find(": ");
  const Peer peer = peer_at_end(text.substr(0, reason));
  record.auth.user = peer.user;
  record.auth.port = peer.port;
  set_peer(peer.client, record);
  const bool told = reason != std::string_view::npos &&
                    text.substr(reason + 2).starts_with("Too many") && connection.counted;
  if (!told) count_now(connection, record);
  return true;
}

// "Connection closed by ...", "Connection reset by ...", "Disconnected from ...": `text` is what
// follows. A close before the login is counted unless the connection's failure was.
bool closed_line(std::string_view text, bool preauth, bool disconnected, Connection& connection,
                 Record& record) {
  bool named = false;
  bool invalid = false;
  if (take_front(text, "invalid user ")) {
    named = invalid = true;
  } else if (take_front(text, "authenticating user ")) {
    named = true;
  } else if (take_front(text, "user ")) {
    named = true;
  } else if (disconnected && text.find(" user ") != std::string_view::npos) {
    named = true;  // "Disconnected from totobad user ftp ..."
    text.remove_prefix(text.find(" user ") + 6);
  }
  const Peer peer = peer_at_end(text);
  AuthRecord& auth = record.auth;
  auth.login = invalid ? Login::invalid_user : Login::left_before;
  auth.user = named ? peer.user : std::string_view{};
  auth.port = peer.port;
  set_peer(peer.client, record);
  if (!preauth && !connection.waiting) {
    record.kind = LineKind::other;
    connection = {};
    return true;
  }
  const bool told = connection.counted && (!named || disconnected) && !connection.waiting;
  auth.counts = !told;
  connection.waiting = false;
  remember(connection, auth);
  return true;
}

// "Received disconnect from A[ port N]: CODE: text"
bool received_disconnect_line(std::string_view text, bool preauth, Connection& connection,
                              Record& record) {
  if (!take_front(text, "Received disconnect from ")) return false;
  AuthRecord& auth = record.auth;
  auth.login = Login::left_before;
  const size_t blank = text.find(' ');
  std::string_view client = text.substr(0, blank);
  if (client.ends_with(':')) client.remove_suffix(1);
  std::string_view rest = text.substr(client.size());
  if (take_front(rest, " port ")) {
    const std::string_view number = rest.substr(0, rest.find_first_not_of("0123456789"));
    if (is_port(number)) auth.port = port_of(number);
    rest.remove_prefix(number.size());
  }
  take_front(rest, ":");
  rest = trim(rest);
  set_peer(client, record);
  const bool gave_up = rest.starts_with("3:") && rest.ends_with("Auth fail");
  const bool no_method = rest.starts_with("14:");
  if (gave_up || no_method || (preauth && connection.waiting)) {
    count_now(connection, record);
    return true;
  }
  // The usual goodbye.
  remember(connection, auth);
  record.kind = LineKind::other;
  return true;
}

// Attempts to speak something else than SSH, or to agree on nothing.
bool protocol_line(std::string_view text, Connection& connection, Record& record) {
  AuthRecord& auth = record.auth;
  auth.login = Login::protocol_error;
  const auto counted_from = [&](std::string_view peer_text) {
    const Peer peer = peer_at_end(peer_text);
    auth.port = peer.port;
    set_peer(peer.client, record);
    count_now(connection, record);
    return true;
  };
  std::string_view rest = text;
  if (take_front(rest, "Did not receive identification string from ")) return counted_from(rest);
  if (take_front(rest, "scanned from ")) return counted_from(rest.substr(0, rest.find(' ')));
  if (rest.starts_with("Bad protocol version identification ") ||
      rest.starts_with("Magic value check failed ")) {
    const size_t from = rest.rfind(" from ");
    return from != std::string_view::npos && counted_from(rest.substr(from + 6));
  }
  if (take_front(rest, "Unable to negotiate with ")) {
    const size_t colon = rest.find(": ");
    return counted_from(rest.substr(0, colon));
  }
  if (take_front(rest, "Timeout before authentication for ")) {
    auth.login = Login::left_before;
    if (take_front(rest, "connection from ")) rest = rest.substr(0, rest.find(' '));
    return counted_from(rest);
  }
  if (take_front(rest, "banner exchange: Connection from ") ||
      take_front(rest, "ssh_dispatch_run_fatal: Connection from ")) {
    if (take_front(rest, "authenticating user ") || take_front(rest, "invalid user ")) {
      return counted_from(rest.substr(0, rest.find(": ")));
    }
    return counted_from(rest.substr(0, rest.find(": ")));
  }
  if (rest.starts_with("kex_exchange_identification: ") ||
      rest.starts_with("Read from socket failed: ") ||
      rest.starts_with("Unable to negotiate a key exchange method") ||
      rest.starts_with("Bad packet length ") || rest.starts_with("Corrupted MAC on input") ||
      rest.starts_with("Disconnecting: bad client public DH value") ||
      rest.starts_with("no matching ") || rest.starts_with("no hostkey alg")) {
    from_memory(connection, record);
    return true;
  }
  if (take_front(rest, "refused connect from ")) {
    auth.login = Login::refused;
    const size_t open = rest.rfind('(');
    std::string_view client = open == std::string_view::npos ? rest : rest.substr(open + 1);
    take_back(client, ")");
    return counted_from(client);
  }
  if (take_front(rest, "ROOT LOGIN REFUSED FROM ")) {
    auth.login = Login::refused;
    auth.user = "root";
    return counted_from(rest);
  }
  return false;
}

// Lines that only name the client of a connection.
bool naming_line(std::string_view text, Connection& connection) {
  if (take_front(text, "Connection from ")) {
    connection = {
        connection.pid, std::string(unmapped(text.substr(0, text.find(' ')))), {}, false, false,
        false};
    return true;
  }
  if (take_front(text, "SSH: Server;")) {  // a patch of Gentoo's and of HPN
    const size_t at = text.find("Remote: ");
    if (at == std::string_view::npos) return true;
    const std::string_view remote = text.substr(at + 8);
    const size_t dash = remote.substr(0, remote.find(';')).rfind('-');
    connection.client = remote.substr(0, dash);
    return true;
  }
  return false;
}

// "kernel: [  970.699396]: " before the message, as some boards write it.
void drop_kernel_mark(std::string_view& text) {
  if (!text.starts_with("kernel:")) return;
  const size_t close = text.find(']');
  if (close == std::string_view::npos || close > 32) return;
  text.remove_prefix(close + 1);
  take_front(text, ":");
  while (take_front(text, " ")) {
  }
}

}  // namespace

bool is_sshd(std::string_view program) {
  return program == "sshd" || program == "sshd-session" || program == "sshd-auth";
}

bool count_pam_of_sshd(Connection& connection, const AuthRecord& auth) {
  remember(connection, auth);
  const bool second_name = connection.waiting && !auth.user.empty() && !connection.user.empty() &&
                           connection.user != auth.user;
  connection.waiting = true;
  if (connection.user.empty() || second_name) connection.user = auth.user;
  return second_name;
}

bool parse_sshd(const Envelope& envelope, Connections& connections, Record& record) {
  Connection& connection = connections.of(envelope.pid);
  std::string_view text = trim(envelope.message);
  const bool preauth = take_back(text, " [preauth]");
  drop_kernel_mark(text);
  if (!take_front(text, "error: ")) take_front(text, "fatal: ");
  if (failed_line(text, connection, record) || accepted_line(text, connection, record) ||
      invalid_user_line(text, connection, record) || not_allowed_line(text, connection, record) ||
      pam_error_line(text, connection, record) || maximum_line(text, connection, record) ||
      disconnecting_line(text, connection, record) ||
      received_disconnect_line(text, preauth, connection, record)) {
    return true;
  }
  std::string_view rest = text;
  if (take_front(rest, "Connection closed by ") || take_front(rest, "Connection reset by ")) {
    return closed_line(rest, preauth, false, connection, record);
  }
  if (take_front(rest, "Disconnected from ")) {
    return closed_line(rest, preauth, true, connection, record);
  }
  if (protocol_line(text, connection, record)) return true;
  if (text.starts_with("input_userauth_request: invalid user ")) connection.waiting = true;
  naming_line(text, connection);
  record.kind = LineKind::other;
  return true;
}

}  // namespace stockade::logs
