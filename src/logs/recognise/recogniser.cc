#include "logs/recognise/recogniser.h"

#include "base/text.h"
#include "logs/recognise/client_table.h"
#include "logs/recognise/error_messages.h"

namespace stockade::logs {

namespace {

constexpr uint32_t bit(Family family) { return 1U << static_cast<unsigned>(family); }

void show(Family family, uint8_t weight, Sighting& sighting) {
  const bool heavier = weight > sighting.weight || sighting.families == 0;
  if (heavier) {
    sighting.family = family;
    sighting.weight = weight;
  }
  sighting.families |= bit(family);
}

// Up to eight letters as one number, so that a name is compared at once.
constexpr uint64_t packed(std::string_view name) {
  uint64_t value = 0;
  for (const char c : name) value = value << 8 | static_cast<uint8_t>(to_lower(c));
  return value;
}

// What a page brings along, by the end of its path.
bool is_static_path(std::string_view path) {
  size_t dot = path.size();
  while (dot > 0 && path[dot - 1] != '.' && path[dot - 1] != '/' && path.size() - dot < 6) --dot;
  if (dot == 0 || path[dot - 1] != '.') return false;
  switch (packed(path.substr(dot))) {
    case packed("css"):
    case packed("js"):
    case packed("png"):
    case packed("jpg"):
    case packed("jpeg"):
    case packed("gif"):
    case packed("svg"):
    case packed("ico"):
    case packed("webp"):
    case packed("avif"):
    case packed("woff"):
    case packed("woff2"):
    case packed("ttf"):
    case packed("eot"):
    case packed("otf"):
    case packed("mp4"):
    case packed("mp3"):
    case packed("webm"):
    case packed("map"):
    case packed("bmp"):
    case packed("wasm"):
      return true;
    default:
      return false;
  }
}

// Where passwords are taken, by the last part of the path. A form that refuses shows itself again
// (200); an interface for programs says so (4xx), and answers 200 where it was right.
bool is_refused_form(std::string_view path, uint16_t status) {
  const bool refused = status >= 400 && status < 500;
  if (!refused && status != 200) return false;
  while (path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::string_view stem = name.substr(0, name.rfind('.'));
  for (const std::string_view form :
       {"wp-login", "login", "signin", "sign_in", "sign-in", "log-in", "logon", "dologin", "signon",
        "adminlogin", "admin_login", "userlogin", "formlogin"}) {
    if (stem == form) return true;
  }
  if (path.ends_with("/administrator/index.php") || path.ends_with("/administrator")) return true;
  for (const std::string_view service :
       {"xmlrpc", "token", "auth", "authenticate", "session", "sessions", "login_check",
        "j_security_check", "j_spring_security_check", "user_sessions"}) {
    if (stem == service) return refused || stem == "xmlrpc";
  }
  return false;
}

bool is_not_there(uint16_t status) { return status == 400 || status == 403 || status == 404; }

// The versions that clients speak.
bool is_known_version(std::string_view protocol) {
  if (protocol.empty()) return true;  // HTTP/0.9 has none
  for (const std::string_view known :
       {"HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/2", "HTTP/3", "HTTP/3.0", "HTTP/0.9"}) {
    if (protocol == known) return true;
  }
  return false;
}

// "http://..." or "host:port" as the target: the request is for somebody else. httpd answers those
// that name itself as if they did not, so that alone is worth little; refused ones are tries.
bool wants_proxy(const AccessRecord& access) {
  if (access.method == "CONNECT") return true;
  const std::string_view target = access.target;
  if (!starts_with_ignoring_case(target, "http://") &&
      !starts_with_ignoring_case(target, "https://")) {
    return false;
  }
  const std::string_view rest = target.substr(target.find("//") + 2);
  const std::string_view host = rest.substr(0, rest.find_first_of(":/?"));
  const std::string_view own = access.server.substr(0, access.server.find(':'));
  return host.empty() || !equals_ignoring_case(host, own);
}

}  // namespace

void Recogniser::match(Sighting& sighting) {
  matcher_->match(decoded_, scratch_, hits_);
  for (const Hit& hit : hits_) {
    const Signature& signature = signatures()[hit.signature];
    const bool heavier = signature.weight > sighting.weight;
    const uint32_t before = sighting.families;
    show(signature.family, signature.weight, sighting);
    if (heavier) sighting.signature = hit.signature;
    // Two kinds of attack in one request are no accident.
    if (before != 0 && (before & bit(signature.family)) == 0 && sighting.weight < 10)
      ++sighting.weight;
  }
}

void Recogniser::look_at_access(const Record& record, Sighting& sighting) {
  const AccessRecord& access = record.access;
  sighting.status = access.status;
  sighting.bytes = access.bytes;
  sighting.port = access.port;
  sighting.has_referer = !access.referer.empty();
  sighting.known_user = !access.user.empty() && access.status >= 200 && access.status < 400;
  const uint64_t target = hash_of(access.target), agent = hash_of(access.agent);
  const uint64_t referer = access.referer.empty() ? 0 : hash_of(access.referer);
  sighting.target_hash = target;
  sighting.agent_hash = agent;
  const bool usual = !is_unusual(access) && access.method != "POST";
  if (usual && targets_.has(target) && agents_.has(agent) &&
      (referer == 0 || referers_.has(referer))) {
    sighting.is_static = is_static_path(access.target.substr(0, access.target.find('?')));
  } else {
    decoded_.decode(access);
    sighting.is_static = is_static_path(decoded_.path());
    sighting.login_form =
        access.method == "POST" && is_refused_form(decoded_.path(), access.status);
    match(sighting);
    if (usual && hits_.empty()) {
      targets_.add(target);
      agents_.add(agent);
      referers_.add(referer);
    }
  }
  if (!access.method.empty() && !is_known_version(access.protocol)) {
    show(Family::protocol_abuse, 10, sighting);
  }
  // A refused login names whom it tried; %u of any other answer was let in.
  sighting.of_account = access.status == 401 && !access.user.empty();
  if (access.target.empty() && access.status == 400 && !access.request.empty() &&
      sighting.families == 0) {
    show(Family::protocol_abuse, 1, sighting);
  }
  if (access.target.starts_with("/cgi-bin/") && is_not_there(access.status) &&
      sighting.families == 0) {
    show(Family::probing, 1, sighting);
  }
  if (wants_proxy(access)) {
    const bool answered = access.status >= 200 && access.status < 300;
    show(Family::open_proxy, answered && access.method != "CONNECT" ? 4 : 10, sighting);
  }
}

void Recogniser::look_at_error(const Record& record, Sighting& sighting) {
  const ErrorRecord& error = record.error;
  sighting.port = error.port;
  const ErrorMeaning meaning = meaning_of_error(error);
  if (meaning.weight == 0) return;
  show(meaning.family, meaning.weight, sighting);
  sighting.target_hash = hash_of(meaning.account.empty() ? error.message : meaning.account);
  sighting.of_account = !meaning.account.empty();
  sighting.counts = meaning.family == Family::web_login;
}

void Recogniser::look_at_auth(const Record& record, Sighting& sighting) {
  const AuthRecord& auth = record.auth;
  sighting.port = auth.port;
  sighting.login = auth.login;
  sighting.counts = auth.counts;
  sighting.doubtful = auth.doubtful;
  sighting.repeats = auth.repeats;
  sighting.target_hash = hash_of(auth.user);
  sighting.of_account = !auth.user.empty();
  if (auth.login == Login::elevation_failed) {
    show(Family::privilege, 2, sighting);
    return;
  }
  if (!auth.counts) return;
  const bool ssh = auth.service == "sshd" || auth.service == "dropbear" ||
                   auth.service == "endlessh" || auth.service == "sshesame";
  if (!ssh) return show(Family::login, 2, sighting);
  if (auth.login == Login::protocol_error ||
      (auth.login == Login::left_before && auth.user.empty())) {
    return show(Family::ssh_scan, 1, sighting);
  }
  // Nobody has business in a honeypot: a login counts for more, and who acts inside needs no second
  // look.
  const bool honeypot = auth.service == "sshesame";
  show(Family::ssh_login, auth.login == Login::elevated ? 10 : honeypot ? 8 : 2, sighting);
}

std::string_view account_of(const Record& record) {
  switch (record.kind) {
    case LineKind::access:
      return record.access.user;
    case LineKind::auth:
      return record.auth.user;
    case LineKind::error:
      return meaning_of_error(record.error).account;
    default:
      return {};
  }
}

bool Recogniser::look(const Record& record, Sighting& sighting) {
  sighting = {};
  sighting.time = record.time;
  sighting.kind = record.kind;
  if (record.source) {
    sighting.source = *record.source;
    sighting.has_source = true;
    sighting.client_hash = client_hash(*record.source);
  }
  switch (record.kind) {
    case LineKind::access:
      look_at_access(record, sighting);
      return true;
    case LineKind::error:
      look_at_error(record, sighting);
      return sighting.families != 0;
    case LineKind::auth:
      look_at_auth(record, sighting);
      return true;
    case LineKind::limiter:
      if (record.limiter.denies) show(Family::limiter, 3, sighting);
      return sighting.families != 0;
    default:
      return false;
  }
}

}  // namespace stockade::logs
