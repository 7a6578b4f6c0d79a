#include "logs/parse/json_access.h"

#include "base/hex.h"
#include "base/text.h"
#include "logs/parse/access_log.h"
#include "logs/parse/timestamp.h"

namespace stockade::logs {

namespace {

constexpr size_t kMaxObject = 64 * 1024;

enum class Meaning : uint8_t {
  none,
  client,
  method,
  target,
  protocol,
  status,
  bytes,
  agent,
  referer,
  server,
  user,
  time,
  request,
  message
};

struct FieldName {
  std::string_view name;
  Meaning meaning;
};

constexpr FieldName kFields[] = {
    {"ClientHost", Meaning::client},
    {"remote_addr", Meaning::client},
    {"remote_ip", Meaning::client},
    {"client_ip", Meaning::client},
    {"clientip", Meaning::client},
    {"downstream_remote_address", Meaning::client},
    {"client", Meaning::client},
    {"remoteIP", Meaning::client},
    {"RequestMethod", Meaning::method},
    {"request_method", Meaning::method},
    {"method", Meaning::method},
    {"RequestPath", Meaning::target},
    {"x-envoy-origin-path", Meaning::target},
    {"request_uri", Meaning::target},
    {"uri", Meaning::target},
    {"path", Meaning::target},
    {"url", Meaning::target},
    {"request", Meaning::request},
    {"RequestProtocol", Meaning::protocol},
    {"protocol", Meaning::protocol},
    {"server_protocol", Meaning::protocol},
    {"DownstreamStatus", Meaning::status},
    {"response_code", Meaning::status},
    {"status", Meaning::status},
    {"DownstreamContentSize", Meaning::bytes},
    {"bytes_sent", Meaning::bytes},
    {"body_bytes_sent", Meaning::bytes},
    {"bytes", Meaning::bytes},
    {"request_User-Agent", Meaning::agent},
    {"user-agent", Meaning::agent},
    {"user_agent", Meaning::agent},
    {"userAgent", Meaning::agent},
    {"http_user_agent", Meaning::agent},
    {"agent", Meaning::agent},
    {"request_Referer", Meaning::referer},
    {"referer", Meaning::referer},
    {"http_referer", Meaning::referer},
    {"RequestHost", Meaning::server},
    {":authority", Meaning::server},
    {"vhost", Meaning::server},
    {"ClientUsername", Meaning::user},
    {"remote_user", Meaning::user},
    {"user", Meaning::user},
    {"StartUTC", Meaning::time},
    {"start_time", Meaning::time},
    {"time", Meaning::time},
    {"@timestamp", Meaning::time},
    {"time_iso8601", Meaning::time},
    {"message", Meaning::message},
};

Meaning meaning_of(std::string_view name) {
  for (const FieldName& field : kFields) {
    if (field.name.size() == name.size() && equals_ignoring_case(field.name, name)) {
      return field.meaning;
    }
  }
  return Meaning::none;
}

// Goes once over the text, whatever nests in it; keys at any depth count, the first of a meaning
// wins.
class JsonWalk {
 public:
  JsonWalk(std::string_view text, std::string& texts) : text_(text), texts_(texts) {}

  // The next "key": value, the value as text; false at the end.
  bool next(std::string_view& key, std::string_view& value) {
    while (at_ < text_.size()) {
      if (text_[at_] != '"') {
        ++at_;
        continue;
      }
      const std::string_view word = string();
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] != ':') continue;  // an element of an array
      ++at_;
      skip_blanks();
      if (at_ >= text_.size()) return false;
      key = word;
      if (text_[at_] == '"') {
        value = string();
        return true;
      }
      if (text_[at_] == '{' || text_[at_] == '[') continue;  // look inside
      const size_t end = std::min(text_.find_first_of(",}] \t\n", at_), text_.size());
      value = text_.substr(at_, end - at_);
      at_ = end;
      return true;
    }
    return false;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  // The string at the quote, without escapes.
  std::string_view string() {
    const size_t start = ++at_;
    const size_t end = closing_quote(text_, start);
    const std::string_view raw = text_.substr(start, std::min(end, text_.size()) - start);
    at_ = std::min(end, text_.size() - 1) + 1;
    if (raw.find('\\') == std::string_view::npos) return raw;
    return unescaped(raw);
  }

  std::string_view unescaped(std::string_view raw) {
    const size_t start = texts_.size();
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\' || i + 1 >= raw.size()) {
        texts_ += raw[i];
        continue;
      }
      const char c = raw[++i];
      if (c == 'n') {
        texts_ += '\n';
      } else if (c == 't') {
        texts_ += '\t';
      } else if (c == 'r') {
        texts_ += '\r';
      } else if (c == 'u' && i + 4 < raw.size()) {
        append_code(raw.substr(i + 1, 4));
        i += 4;
      } else {
        texts_ += c;
      }
    }
    return {texts_.data() + start, texts_.size() - start};
  }

  // Beyond ASCII a question mark is enough: nothing we look for lies there.
  void append_code(std::string_view hex) {
    unsigned code = 0;
    for (const char c : hex) {
      const int digit = hex_digit(c);
      if (digit < 0) return;
      code = code * 16 + static_cast<unsigned>(digit);
    }
    texts_ += code < 0x80 ? static_cast<char>(code) : '?';
  }

  std::string_view text_;
  std::string& texts_;
  size_t at_ = 0;
};

uint64_t as_number(std::string_view text) {
  const auto number = parse_number(text.substr(0, text.find('.')));
  return number && *number > 0 ? static_cast<uint64_t>(*number) : 0;
}

// "10.0.0.12:59292", "[2001:db8::1]:443", "10.0.0.12".
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  if (Ip::parse(text)) return text;
  return text.substr(0, text.rfind(':'));
}

void take_time(std::string_view value, Record& record) {
  if (auto time = parse_iso_time(value)) {
    record.time = *time;
  } else if (auto written = parse_request_time(value)) {
    record.time = *written;
  }
}

void take(Meaning meaning, std::string_view value, JsonLine& json, Record& record) {
  AccessRecord& access = record.access;
  const auto set = [&](std::string_view& field) {
    if (field.empty() && value != "-" && value != "null") field = value;
  };
  switch (meaning) {
    case Meaning::none:
      return;
    case Meaning::client:
      if (access.client.empty() && !value.empty()) {
        access.client = without_port(value);
        record.source = Ip::parse(access.client);
      }
      return;
    case Meaning::method:
      return set(access.method);
    case Meaning::target:
      return set(access.target);
    case Meaning::protocol:
      return set(access.protocol);
    case Meaning::status:
      if (access.status == 0)
        access.status = static_cast<uint16_t>(std::min<uint64_t>(as_number(value), 999));
      return;
    case Meaning::bytes:
      if (access.bytes == 0) access.bytes = as_number(value);
      return;
    case Meaning::agent:
      return set(access.agent);
    case Meaning::referer:
      return set(access.referer);
    case Meaning::server:
      return set(access.server);
    case Meaning::user:
      return set(access.user);
    case Meaning::time:
      if (record.time == 0) take_time(value, record);
      return;
    case Meaning::request:
      return set(access.request);
    case Meaning::message:
      if (json.message.empty()) json.message = value;
      return;
  }
}

}  // namespace

bool parse_json_line(std::string_view line, JsonLine& json, Record& record) {
  if (!line.starts_with('{') || line.size() > kMaxObject) return false;
  json.texts.clear();
  json.texts.reserve(kMaxObject);  // never moves: no escape makes a text longer
  json.message = {};
  record.access = {};
  record.source.reset();
  record.time = 0;
  JsonWalk walk(line, json.texts);
  std::string_view key, value;
  while (walk.next(key, value)) take(meaning_of(key), value, json, record);
  AccessRecord& access = record.access;
  if (access.client.empty()) return !json.message.empty();
  if (access.target.empty() && !access.request.empty()) split_request(access);
  if (access.target.empty() && access.request.empty()) return !json.message.empty();
  json.message = {};
  record.kind = LineKind::access;
  return true;
}

}  // namespace stockade::logs
