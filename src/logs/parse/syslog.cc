#include "logs/parse/syslog.h"

#include <charconv>

#include "base/text.h"

namespace stockade::logs {

namespace {

std::string_view take_word(std::string_view& rest) {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  return word;
}

uint32_t digits_of(std::string_view text) {
  uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c) || value > UINT32_MAX) return 0;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value > UINT32_MAX ? 0 : static_cast<uint32_t>(value);
}

bool is_program_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_' ||
         c == '.' || c == '/' || c == '@' || c == '(' || c == ')';
}

// "sshd[123]:", "sshd:", "[sshd]:", "[sshd]", "httpd/backend1[7]:". Without colon only the
// bracketed form.
bool read_tag(std::string_view word, Envelope& envelope) {
  const bool colon = word.ends_with(':');
  if (colon) word.remove_suffix(1);
  if (word.size() > 2 && word.front() == '[' && word.back() == ']') {
    word = word.substr(1, word.size() - 2);
    // Without a colon only a plain name: "[http-nio-8080-exec-9]" is a thread of Java's.
    if (!colon && word.find_first_of("-/.0123456789") != std::string_view::npos) return false;
  } else if (word.ends_with(']')) {
    const size_t open = word.find('[');
    if (open == std::string_view::npos) return false;
    envelope.pid = digits_of(word.substr(open + 1, word.size() - open - 2));
    word = word.substr(0, open);
  } else if (!colon) {
    return false;
  }
  if (word.empty() || word.size() > 64) return false;
  for (const char c : word) {
    if (!is_program_char(c)) return false;
  }
  envelope.program = word;
  return true;
}

// "message repeated 5 times: [ Failed password ...]".
void unfold_repeats(Envelope& envelope) {
  constexpr std::string_view kHead = "message repeated ";
  std::string_view text = envelope.message;
  if (!text.starts_with(kHead) || !text.ends_with(']')) return;
  text.remove_prefix(kHead.size());
  const size_t blank = text.find(' ');
  if (blank == std::string_view::npos || !text.substr(blank).starts_with(" times: [")) return;
  const uint32_t count = digits_of(text.substr(0, blank));
  if (count == 0) return;
  text.remove_prefix(blank + 9);
  text.remove_suffix(1);
  if (text.starts_with(' ')) text.remove_prefix(1);
  envelope.message = text;
  envelope.repeats = std::min<uint32_t>(count, 100'000);
}

// Solaris puts "[ID 800047 auth.info] " before the message.
void drop_message_id(Envelope& envelope) {
  std::string_view& text = envelope.message;
  if (!text.starts_with("[ID ")) return;
  const size_t close = text.find("] ");
  if (close != std::string_view::npos && close < 40) text.remove_prefix(close + 2);
}

bool finish(Envelope& envelope) {
  drop_message_id(envelope);
  unfold_repeats(envelope);
  return true;
}

// The structured data of RFC 5424: "-" or "[id name="value"][...]", with \" \] \\ in values.
std::string_view after_structured_data(std::string_view rest) {
  if (rest.starts_with('-')) return rest.substr(rest.size() > 1 ? 2 : 1);
  size_t at = 0;
  while (at < rest.size() && rest[at] == '[') {
    bool quoted = false;
    for (++at; at < rest.size(); ++at) {
      if (rest[at] == '\\') {
        ++at;
      } else if (rest[at] == '"') {
        quoted = !quoted;
      } else if (rest[at] == ']' && !quoted) {
        break;
      }
    }
    at = std::min(at + 1, rest.size());
  }
  if (at < rest.size() && rest[at] == ' ') ++at;
  return rest.substr(at);
}

bool read_rfc5424(std::string_view rest, Envelope& envelope) {
  const std::string_view stamp = take_word(rest);
  if (stamp != "-") {
    const auto time = parse_iso_time(stamp);
    if (!time) return false;
    envelope.time = *time;
  }
  envelope.host = take_word(rest);
  envelope.program = take_word(rest);
  envelope.pid = digits_of(take_word(rest));
  take_word(rest);  // message id
  envelope.message = after_structured_data(rest);
  if (envelope.message.starts_with("\xEF\xBB\xBF")) envelope.message.remove_prefix(3);
  return !envelope.program.empty() && finish(envelope);
}

// "host program[pid]: message" or the same without the host.
bool read_host_and_tag(std::string_view rest, Envelope& envelope) {
  const std::string_view first = take_word(rest);
  if (read_tag(first, envelope)) {
    envelope.message = rest;
    return finish(envelope);
  }
  envelope.host = first;
  if (!read_tag(take_word(rest), envelope)) return false;
  envelope.message = rest;
  return finish(envelope);
}

// "2026-01-05 10:00:00", a fraction may follow.
bool read_day_and_time(std::string_view line, Envelope& envelope) {
  const size_t end = line.find(' ', 11);
  if (end < 19 || end == std::string_view::npos) return false;
  const auto time = parse_iso_time(line.substr(0, end));
  if (!time) return false;
  envelope.time = *time;
  envelope.own_log = true;
  return read_host_and_tag(line.substr(end), envelope);
}

// "@400000004c91b044077a9e94 ": seconds since 1970 as TAI counts them, from 2^62, and nanoseconds.
// Source: https://cr.yp.to/libtai/tai64.html
bool read_tai64n(std::string_view line, Envelope& envelope) {
  constexpr uint64_t kEpoch = 1ULL << 62;
  constexpr int64_t kLeap = 37;  // seconds that TAI is ahead, since 2017
  if (line.size() < 26 || line[25] != ' ') return false;
  uint64_t seconds = 0, nanoseconds = 0;
  const auto [first, error] = std::from_chars(line.data() + 1, line.data() + 17, seconds, 16);
  const auto [last, second] = std::from_chars(line.data() + 17, line.data() + 25, nanoseconds, 16);
  if (error != std::errc() || second != std::errc() || first != line.data() + 17 ||
      last != line.data() + 25 || seconds < kEpoch || seconds - kEpoch > UINT32_MAX)
    return false;
  envelope.time = (static_cast<int64_t>(seconds - kEpoch) - kLeap) * kSecond +
                  static_cast<int64_t>(nanoseconds / 1000);
  envelope.own_log = true;
  return read_host_and_tag(line.substr(25), envelope);
}

}  // namespace

bool parse_envelope(std::string_view line, YearKeeper& years, Envelope& envelope) {
  envelope = {};
  if (line.starts_with('<')) {
    const size_t close = line.find('>');
    if (close == std::string_view::npos || close > 4) return false;
    line.remove_prefix(close + 1);
    if (line.starts_with("1 ")) return read_rfc5424(line.substr(2), envelope);
  }
  if (line.empty()) return false;
  if (const auto stamp = parse_syslog_time(line)) {
    std::string_view rest = line.substr(stamp->length);
    // "Jan  5 2024 01:..." is no syslog; a fraction or zone may follow: Cisco and others.
    if (!rest.starts_with(' ')) return false;
    if (!read_host_and_tag(rest, envelope)) return false;
    envelope.time = years.resolve(stamp->time);
    return true;
  }
  if (is_digit(line.front())) {
    std::string_view rest = line;
    const std::string_view word = take_word(rest);
    if (word.size() == 10) return read_day_and_time(line, envelope);
    const auto time = word.size() >= 19 ? parse_iso_time(word) : std::nullopt;
    if (!time) return false;
    envelope.time = *time;
    return read_host_and_tag(rest, envelope);
  }
  if (line.front() == '@') return read_tai64n(line, envelope);
  if (line.front() == ' ' || line.front() == '[') return false;
  return read_host_and_tag(line, envelope);
}

}  // namespace stockade::logs
