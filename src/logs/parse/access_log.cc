#include "logs/parse/access_log.h"

#include <cstring>

#include "base/text.h"
#include "logs/parse/timestamp.h"

namespace stockade::logs {

namespace {

bool is_method(std::string_view word) {
  if (word.empty() || word.size() > 32) return false;
  for (const char c : word) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
    if (!letter) return false;
  }
  return true;
}

std::string_view word_of(std::string_view& rest) {
  const size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

std::string_view without_dash(std::string_view text) {
  return text == "-" ? std::string_view{} : text;
}

// "example.org:443" without its port.
std::string_view host_part(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.find(':') != colon) return text;
  for (const char c : text.substr(colon + 1)) {
    if (!is_digit(c)) return text;
  }
  return text.substr(0, colon);
}

// What stands before the time: "[vhost] client ident user", the user with any blanks.
bool read_front(std::string_view front, Record& record) {
  AccessRecord& access = record.access;
  std::string_view rest = front;
  std::string_view first = word_of(rest);
  if (first.empty()) return false;
  record.source = Ip::parse(first);
  // Two addresses at the front: the first is a virtual host, for no ident is an address. It may be
  // the Host header, which a client chooses.
  const std::string_view second = rest.substr(0, rest.find(' '));
  const bool two = second.size() > 1 && second != "-";
  if (two || !record.source) {
    if (const auto next = Ip::parse(second)) {
      access.server = host_part(first);
      record.source = next;
      first = word_of(rest);
    }
  }
  // A name as the client (HostnameLookups) is told from the words of another format, syslog's for
  // one, by its dot or by the missing ident behind it.
  const std::string_view ident = rest.substr(0, rest.find(' '));
  if (!record.source && ident != "-" && first.find('.') == std::string_view::npos) return false;
  access.client = first;
  word_of(rest);  // ident
  while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
  access.user = without_dash(rest);
  return true;
}

template <class Number>
bool read_number(std::string_view word, Number& number) {
  if (word.empty() || word.size() > 18) return false;
  uint64_t value = 0;
  for (const char c : word) {
    if (!is_digit(c)) return false;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  number = static_cast<Number>(value);
  return true;
}

// What stands behind the request: " 200 512 "referer" "agent"" and perhaps more.
bool read_back(std::string_view back, AccessRecord& access) {
  if (back.size() < 4 || back.front() != ' ') return false;
  back.remove_prefix(1);
  const std::string_view status = word_of(back);
  if (status != "-" && (status.size() != 3 || !read_number(status, access.status))) return false;
  const std::string_view bytes = word_of(back);
  if (bytes != "-" && !bytes.empty() && !read_number(bytes, access.bytes)) return false;
  std::string_view* const texts[] = {&access.referer, &access.agent};
  size_t count = 0;
  while (count < 2) {
    const size_t open = back.find('"');
    if (open == std::string_view::npos) break;
    const size_t close = closing_quote(back, open + 1);
    const size_t end = std::min(close, back.size());
    *texts[count++] = without_dash(back.substr(open + 1, end - open - 1));
    back.remove_prefix(std::min(end + 1, back.size()));
  }
  return true;
}

}  // namespace

size_t closing_quote(std::string_view line, size_t start) {
  for (size_t at = start; (at = line.find('"', at)) != std::string_view::npos; ++at) {
    size_t backslashes = 0;
    while (at - backslashes > start && line[at - backslashes - 1] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return at;
  }
  return std::string_view::npos;
}

void split_request(AccessRecord& access) {
  const std::string_view request = access.request;
  access.method = access.target = access.protocol = {};
  const size_t first = request.find(' ');
  if (first == std::string_view::npos) {
    if (is_method(request)) access.method = request;  // "GET" and nothing more
    return;
  }
  const std::string_view method = request.substr(0, first);
  if (!is_method(method)) return;
  access.method = method;
  std::string_view target = request.substr(first + 1);
  const size_t last = target.rfind(' ');
  if (last != std::string_view::npos &&
      starts_with_ignoring_case(target.substr(last + 1), "HTTP/")) {
    access.protocol = target.substr(last + 1);
    target = target.substr(0, last);
  } else if (starts_with_ignoring_case(target, "HTTP/")) {
    access.protocol = target;
    target = {};
  }
  access.target = target;
}

std::optional<Micros> RequestClock::read(std::string_view text) {
  if (text.size() == length_ && std::memcmp(text.data(), text_, length_) == 0 && length_ > 0) {
    return time_;
  }
  const auto time = parse_request_time(text);
  if (time && text.size() < sizeof text_) {
    std::memcpy(text_, text.data(), text.size());
    length_ = text.size();
    time_ = *time;
  }
  return time;
}

bool parse_access_line(std::string_view line, RequestClock& clock, Record& record) {
  // The request's opening quote is the first quote that no backslash stands before: a user's are
  // escaped.
  const size_t open = closing_quote(line, 0);
  if (open == std::string_view::npos || open < 20) return false;
  const size_t close_time = line.rfind(']', open);
  if (close_time == std::string_view::npos || close_time < 18) return false;
  const size_t open_time = line.rfind('[', close_time);
  if (open_time == std::string_view::npos || open_time == 0) return false;
  const auto time = clock.read(line.substr(open_time + 1, close_time - open_time - 1));
  if (!time) return false;

  record.access = {};
  AccessRecord& access = record.access;
  if (!read_front(line.substr(0, open_time), record)) return false;
  if (close_time + 2 < open && access.server.empty()) {
    std::string_view between = trim(line.substr(close_time + 1, open - close_time - 1));
    access.server = without_dash(host_part(between));
  }
  // A server that escapes nothing leaves quotes inside: the request ends where a status follows.
  for (size_t close = closing_quote(line, open + 1); close != std::string_view::npos;
       close = closing_quote(line, close + 1)) {
    if (!read_back(line.substr(close + 1), access)) continue;
    access.request = line.substr(open + 1, close - open - 1);
    split_request(access);
    record.kind = LineKind::access;
    record.time = *time;
    return true;
  }
  return false;
}

}  // namespace stockade::logs
