#include "logs/parse/log_format.h"

#include <fmt/format.h>

#include "base/text.h"
#include "logs/parse/timestamp.h"

namespace stockade::logs {

namespace {

constexpr size_t kMaxItems = 128;

struct Directive {
  char letter = 0;
  std::string_view argument;
  size_t length = 0;  // of the text
};

// "%>s", "%400,501{Referer}i", "%!200{x}o", "%^FB", "%{c}a".
std::optional<Directive> read_directive(std::string_view text) {
  Directive directive;
  size_t at = 1;
  while (at < text.size() && (text[at] == '<' || text[at] == '>' || text[at] == '!' ||
                              text[at] == ',' || is_digit(text[at]))) {
    ++at;
  }
  if (at < text.size() && text[at] == '{') {
    const size_t close = text.find('}', at);
    if (close == std::string_view::npos) return std::nullopt;
    directive.argument = text.substr(at + 1, close - at - 1);
    at = close + 1;
  }
  if (at < text.size() && text[at] == '^') {  // %^FB, %{name}^ti
    if (at + 2 >= text.size()) return std::nullopt;
    directive.letter = '^';
    directive.length = at + 3;
    return directive;
  }
  if (at >= text.size()) return std::nullopt;
  directive.letter = text[at];
  directive.length = at + 1;
  return directive;
}

LogItem header_item(std::string_view name) {
  if (equals_ignoring_case(name, "User-Agent")) return LogItem::agent;
  if (equals_ignoring_case(name, "Referer")) return LogItem::referer;
  if (equals_ignoring_case(name, "Host")) return LogItem::server;
  return LogItem::skipped;
}

LogItem time_item(std::string_view argument) {
  if (argument.starts_with("begin:")) argument.remove_prefix(6);
  if (argument.starts_with("end:")) argument.remove_prefix(4);
  if (argument.empty() || argument == "begin" || argument == "end") return LogItem::time;
  if (argument == "sec") return LogItem::time_seconds;
  if (argument == "msec") return LogItem::time_millis;
  if (argument == "usec") return LogItem::time_micros;
  if (argument.starts_with("%Y-%m-%d") || argument.starts_with("%F")) return LogItem::iso_date;
  if (argument.starts_with("%d/%b/%Y:%H:%M:%S") || argument.starts_with("%d/%b/%Y:%T")) {
    return LogItem::time;
  }
  return LogItem::skipped;
}

LogItem item_of(const Directive& directive) {
  switch (directive.letter) {
    case 'a':
      return directive.argument == "c" ? LogItem::skipped : LogItem::client;
    case 'h':
      return directive.argument == "c" ? LogItem::skipped : LogItem::client;
    case 'u':
      return LogItem::user;
    case 't':
      return time_item(directive.argument);
    case 'r':
      return LogItem::request;
    case 'm':
      return LogItem::method;
    case 'U':
      return LogItem::path;
    case 'q':
      return LogItem::query;
    case 'H':
      return LogItem::protocol;
    case 's':
      return LogItem::status;
    case 'b':
    case 'B':
      return LogItem::bytes;
    case 'O':
      return LogItem::bytes;
    case 'D':
      return LogItem::micros_taken;
    case 'T':
      if (directive.argument == "us") return LogItem::micros_taken;
      return directive.argument == "ms" ? LogItem::millis_taken : LogItem::seconds_taken;
    case 'v':
    case 'V':
      return LogItem::server;
    case 'p':
      return directive.argument == "remote" ? LogItem::client_port : LogItem::skipped;
    case 'i':
      return header_item(directive.argument);
    default:
      return LogItem::skipped;
  }
}

// What may hold blanks where nothing quotes it. %t brings its brackets along.
bool may_hold_blanks(LogItem item, char letter) {
  switch (item) {
    case LogItem::user:
    case LogItem::request:
    case LogItem::path:
    case LogItem::referer:
    case LogItem::agent:
    case LogItem::time:
    case LogItem::iso_date:
      return true;
    default:
      return letter == 'i' || letter == 'o' || letter == 'e' || letter == 'n' || letter == 'C' ||
             letter == 'U';
  }
}

uint64_t number_of(std::string_view text) {
  uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c) || value > UINT64_MAX / 20) break;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

bool is_number(std::string_view text) {
  if (text.empty() || text.size() > 19) return false;
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return true;
}

// Puts one item's text where it belongs; false where it cannot be such an item.
bool take_item(LogItem item, std::string_view text, RequestClock& clock, Record& record) {
  AccessRecord& access = record.access;
  const std::string_view value = text == "-" ? std::string_view{} : text;
  const bool numeric = value.empty() || is_number(value);
  switch (item) {
    case LogItem::skipped:
      return true;
    case LogItem::client:
      access.client = value;
      record.source = Ip::parse(value);
      return !value.empty() && value.find(' ') == std::string_view::npos;
    case LogItem::user:
      access.user = value;
      return true;
    case LogItem::time: {
      const auto time = clock.read(value);
      if (time) record.time = *time;
      return time.has_value();
    }
    case LogItem::iso_date: {
      const auto time = parse_iso_time(value);
      if (time) record.time = *time;
      return true;
    }
    case LogItem::time_seconds:
      record.time = static_cast<Micros>(number_of(value)) * kSecond;
      return numeric;
    case LogItem::time_millis:
      record.time = static_cast<Micros>(number_of(value)) * 1000;
      return numeric;
    case LogItem::time_micros:
      record.time = static_cast<Micros>(number_of(value));
      return numeric;
    case LogItem::request:
      access.request = value;
      return true;
    case LogItem::method:
      access.method = value;
      return true;
    case LogItem::path:
      access.target = value;
      return true;
    case LogItem::query:
      return true;  // joined to the path below
    case LogItem::protocol:
      access.protocol = value;
      return true;
    case LogItem::status:
      access.status = static_cast<uint16_t>(number_of(value));
      return value.empty() || (numeric && value.size() == 3);
    case LogItem::bytes:
      access.bytes = number_of(value);
      return numeric;
    case LogItem::micros_taken:
      if (!value.empty()) access.duration = static_cast<int64_t>(number_of(value));
      return numeric;
    case LogItem::millis_taken:
      if (!value.empty()) access.duration = static_cast<int64_t>(number_of(value)) * 1000;
      return numeric;
    case LogItem::seconds_taken:
      if (!value.empty()) access.duration = static_cast<int64_t>(number_of(value)) * kSecond;
      return true;
    case LogItem::referer:
      access.referer = value;
      return true;
    case LogItem::agent:
      access.agent = value;
      return true;
    case LogItem::server:
      access.server = value;
      return true;
    case LogItem::client_port:
      access.port = static_cast<uint16_t>(number_of(value));
      return numeric;
  }
  return false;
}

constexpr int kMostTries = 200;  // of readings of one line

}  // namespace

Result<LogFormat> LogFormat::compile(std::string_view format) {
  LogFormat result;
  std::string* fixed = &result.before_;
  const auto refuse = [&](std::string cause) {
    return fail({"read the log format", std::string(format), std::move(cause),
                 "see mod_log_config's documentation of LogFormat", 0});
  };
  for (size_t at = 0; at < format.size();) {
    if (format[at] != '%') {
      // The configuration's escapes: \" in a quoted argument was taken off; \n and \t are these.
      if (format[at] == '\\' && at + 1 < format.size()) {
        const char next = format[at + 1];
        *fixed += next == 'n' ? '\n' : next == 't' ? '\t' : next;
        at += 2;
        continue;
      }
      *fixed += format[at++];
      continue;
    }
    if (at + 1 < format.size() && format[at + 1] == '%') {
      *fixed += '%';
      at += 2;
      continue;
    }
    const auto directive = read_directive(format.substr(at));
    if (!directive) return refuse(fmt::format("an item is not finished at character {}", at + 1));
    const bool touches = !result.steps_.empty() && fixed->empty();
    if (touches && result.steps_.back().item != LogItem::time && result.steps_.back().width == 0 &&
        item_of(*directive) != LogItem::query) {
      return refuse("two items follow each other without a character between them");
    }
    if (result.steps_.size() == kMaxItems) return refuse("it has more than 128 items");
    Step step;
    step.item = item_of(*directive);
    if (directive->letter == 't' && directive->argument.ends_with("msec_frac")) step.width = 3;
    if (directive->letter == 't' && directive->argument.ends_with("usec_frac")) step.width = 6;
    const bool opened = !fixed->empty() && fixed->back() == '"';
    if (step.item == LogItem::time && directive->argument.empty()) {
      *fixed += '[';
      step.after = "]";
    }
    step.quoted = opened;
    step.blanks = may_hold_blanks(step.item, directive->letter);
    result.steps_.push_back(std::move(step));
    fixed = &result.steps_.back().after;
    at += directive->length;
  }
  if (result.steps_.empty()) return refuse("it has no item");
  for (Step& step : result.steps_) step.quoted = step.quoted && step.after.starts_with('"');
  return result;
}

// One attempt at a line.
struct LogFormat::Reading {
  std::string_view line;
  RequestClock& clock;
  Record& record;
  int tries = 0;
  const char* path_end = nullptr;
};

// The item of `step` from `at` to `end`, then the rest of the line.
bool LogFormat::read_item(size_t index, size_t at, size_t end, Reading& reading) const {
  if (end == std::string_view::npos || end < at || ++reading.tries > kMostTries) return false;
  const Step& step = steps_[index];
  if (reading.line.substr(end, step.after.size()) != step.after) return false;
  const std::string_view text = reading.line.substr(at, end - at);
  if (!take_item(step.item, text, reading.clock, reading.record)) return false;
  if (step.item == LogItem::path) reading.path_end = text.data() + text.size();
  if (step.item == LogItem::query && reading.path_end == text.data()) {
    std::string_view& target = reading.record.access.target;
    target = {target.data(), target.size() + text.size()};
  }
  return read_from(index + 1, end + step.after.size(), reading);
}

// An item that may hold anything, without quotes around it, ends as late as the rest of the line
// allows: what a client writes into it moves nothing that follows.
bool LogFormat::read_from(size_t index, size_t at, Reading& reading) const {
  const std::string_view line = reading.line;
  if (index == steps_.size()) return at == line.size();
  const Step& step = steps_[index];
  if (step.width > 0) return read_item(index, at, std::min(at + step.width, line.size()), reading);
  if (step.quoted) return read_item(index, at, closing_quote(line, at), reading);
  if (step.after.empty()) {
    // %U%q: the query begins at the question mark.
    const size_t end =
        index + 1 < steps_.size()
            ? std::min({line.find('?', at), line.find(' ', at), line.find('"', at), line.size()})
            : line.size();
    return read_item(index, at, end, reading);
  }
  const bool shape_known = step.item == LogItem::time || step.item == LogItem::iso_date;
  if (!step.blanks || shape_known) return read_item(index, at, line.find(step.after, at), reading);
  const size_t quote = std::min(closing_quote(line, at), line.size());
  const std::string_view reach = line.substr(0, std::min(quote + step.after.size(), line.size()));
  for (size_t end = reach.rfind(step.after); end != std::string_view::npos && end >= at;
       end = end == 0 ? std::string_view::npos : reach.rfind(step.after, end - 1)) {
    if (read_item(index, at, end, reading)) return true;
    if (reading.tries > kMostTries) return false;
  }
  return false;
}

bool LogFormat::parse(std::string_view line, RequestClock& clock, Record& record) const {
  if (!line.starts_with(before_)) return false;
  record.access = {};
  record.source.reset();
  record.time = 0;
  Reading reading{line, clock, record};
  if (!read_from(0, before_.size(), reading)) return false;
  if (!record.access.request.empty()) split_request(record.access);
  record.kind = LineKind::access;
  return true;
}

}  // namespace stockade::logs
