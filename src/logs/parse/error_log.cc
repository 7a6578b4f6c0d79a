#include "logs/parse/error_log.h"

#include "base/text.h"
#include "logs/parse/timestamp.h"

namespace stockade::logs {

namespace {

constexpr std::string_view kLevels[] = {"emerg",  "alert",  "crit",   "error",  "warn",   "notice",
                                        "info",   "debug",  "trace1", "trace2", "trace3", "trace4",
                                        "trace5", "trace6", "trace7", "trace8"};

bool is_level(std::string_view word) {
  for (const std::string_view level : kLevels) {
    if (word == level) return true;
  }
  return false;
}

uint32_t leading_number(std::string_view text) {
  uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c) || value > UINT32_MAX) break;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return static_cast<uint32_t>(std::min<uint64_t>(value, UINT32_MAX));
}

// "192.0.2.1:58585", "[2001:db8::1]:51548", "2001:db8::1", "192.0.2.1".
void read_client(std::string_view text, Record& record) {
  ErrorRecord& error = record.error;
  error.port = 0;
  std::string_view address = text;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return;
    address = text.substr(1, close - 1);
    if (close + 2 < text.size())
      error.port = static_cast<uint16_t>(leading_number(text.substr(close + 2)));
  } else if (!Ip::parse(text)) {
    const size_t colon = text.rfind(':');
    if (colon != std::string_view::npos) {
      address = text.substr(0, colon);
      error.port = static_cast<uint16_t>(leading_number(text.substr(colon + 1)));
    }
  }
  error.client = address;
  record.source = Ip::parse(address);
}

// One bracket of the head; false where it is none of httpd's.
bool read_bracket(std::string_view text, Record& record) {
  ErrorRecord& error = record.error;
  if (text.starts_with("client ")) {
    if (error.client.empty()) read_client(text.substr(7), record);
    return true;
  }
  if (text.starts_with("remote ")) {
    if (error.client.empty()) read_client(text.substr(7), record);
    return true;
  }
  if (text.starts_with("pid ")) {
    error.pid = leading_number(text.substr(4));
    return true;
  }
  if (is_level(text)) {
    error.level = text;
    return true;
  }
  const size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && is_level(text.substr(colon + 1))) {
    error.module = text.substr(0, colon);
    error.level = text.substr(colon + 1);
    return true;
  }
  // What an ErrorLogFormat adds: a request's id, a virtual host. Of no interest, and no more than
  // that: an address in it is not believed.
  return text.find('[') == std::string_view::npos && text.size() < 256;
}

// The bracket's end; an IPv6 client has brackets of its own.
size_t bracket_end(std::string_view text) {
  const bool client = text.starts_with("[client [") || text.starts_with("[remote [");
  const size_t first = text.find(']');
  if (!client || first == std::string_view::npos) return first;
  return text.find(']', first + 1);
}

// "mod_ssl.c(123): " and "(70014)End of file found: ", which stand before the client.
std::string_view without_place(std::string_view text) {
  if (text.starts_with('(')) {
    const size_t client = text.find(": [client ");
    const size_t bracket = text.find('[');
    if (client != std::string_view::npos && bracket == client + 2) return text.substr(bracket);
    return text;
  }
  const size_t open = text.find(".c(");
  if (open == std::string_view::npos || open > 64) return text;
  const size_t close = text.find("): ", open);
  if (close == std::string_view::npos || close > open + 12) return text;
  return without_place(text.substr(close + 3));
}

// "[id "942100"]": the value of one of ModSecurity's tags; its own quotes are escaped.
std::string_view tag_of(std::string_view text, std::string_view name) {
  std::string mark = "[";
  mark.append(name);
  mark.append(" \"");
  const size_t start = text.find(mark);
  if (start == std::string_view::npos) return {};
  const std::string_view value = text.substr(start + mark.size());
  const size_t end = value.find("\"]");
  return value.substr(0, end);
}

void read_modsecurity(Record& record) {
  ErrorRecord& error = record.error;
  error.rule_id = tag_of(error.message, "id");
  error.rule_message = tag_of(error.message, "msg");
  error.severity = tag_of(error.message, "severity");
  error.uri = tag_of(error.message, "uri");
  error.server = tag_of(error.message, "hostname");
}

// "event=limited network=192.0.2.1/32 class=login retry_after=30 uri="..."": the fields before the
// uri are the module's own.
void read_limiter(std::string_view text, Record& record) {
  LimiterRecord& limiter = record.limiter;
  limiter = {};
  const std::string_view own = text.substr(0, text.find(" uri="));
  for (const std::string_view word : split_words(own)) {
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    if (name == "event") limiter.event = value;
    if (name == "network") limiter.client = value;
    if (name == "class") limiter.limit = value;
  }
  limiter.denies = limiter.event == "limited" || limiter.event == "banned";
  if (!record.source) record.source = Ip::parse(limiter.client.substr(0, limiter.client.find('/')));
  record.kind = LineKind::limiter;
}

// "AH01630: client denied ..., referer: http://...".
void read_message(std::string_view text, Record& record) {
  ErrorRecord& error = record.error;
  if (text.starts_with("AH") && text.size() > 7) {
    const size_t colon = text.find(": ");
    bool digits = colon != std::string_view::npos && colon >= 6 && colon <= 8;
    for (size_t i = 2; digits && i < colon; ++i) digits = is_digit(text[i]);
    if (digits) {
      error.code = text.substr(0, colon);
      text.remove_prefix(colon + 2);
    }
  }
  const size_t referer = text.rfind(", referer: ");
  if (referer != std::string_view::npos) {
    error.referer = text.substr(referer + 11);
    text = text.substr(0, referer);
  }
  error.message = text;
  record.kind = LineKind::error;
  if (text.starts_with("ModSecurity:")) read_modsecurity(record);
  if (text.starts_with("stockade: event=")) read_limiter(text.substr(10), record);
}

}  // namespace

bool parse_error_body(std::string_view body, Record& record) {
  record.error = {};
  record.source.reset();
  std::string_view rest = body;
  size_t brackets = 0;
  while (brackets < 16) {
    if (brackets > 0) rest = without_place(rest);
    if (!rest.starts_with('[')) break;
    const size_t end = bracket_end(rest);
    if (end == std::string_view::npos) break;
    const std::string_view text = rest.substr(1, end - 1);
    // Behind the client comes the message, which may begin with a bracket of the client's making;
    // only ModSecurity repeats the client.
    if (!record.error.client.empty() && !text.starts_with("client ")) break;
    if (!read_bracket(text, record)) break;
    rest.remove_prefix(end + 1);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    ++brackets;
  }
  if (record.error.level.empty()) return false;
  read_message(rest, record);
  return true;
}

bool parse_error_line(std::string_view line, Record& record) {
  if (!line.starts_with('[')) return false;
  const size_t end = line.find(']');
  if (end == std::string_view::npos || end > 64 || end + 2 > line.size()) return false;
  const std::string_view text = line.substr(1, end - 1);
  auto time = parse_error_time(text);
  if (!time) time = parse_iso_time(text);
  if (!time) return false;
  std::string_view body = line.substr(end + 1);
  if (body.starts_with(' ')) body.remove_prefix(1);
  if (!parse_error_body(body, record)) return false;
  record.time = *time;
  return true;
}

}  // namespace stockade::logs
