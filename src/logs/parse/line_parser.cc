#include "logs/parse/line_parser.h"

#include "base/text.h"
#include "logs/parse/error_log.h"
#include "logs/parse/other_servers.h"

namespace stockade::logs {

namespace {

// "2025-12-31T17:37:40.493+01:00 stdout F " (containerd), "name  | " (docker compose).
std::string_view without_container(std::string_view line) {
  for (const std::string_view mark : {" stdout F ", " stderr F "}) {
    const size_t at = line.find(mark);
    if (at != std::string_view::npos && at < 48 && is_digit(line.front())) {
      return line.substr(at + mark.size());
    }
  }
  const size_t bar = line.find(" | ");
  if (bar == std::string_view::npos || bar > 64) return line;
  const std::string_view name = trim(line.substr(0, bar));
  if (name.find_first_of(" [\"") != std::string_view::npos) return line;
  return line.substr(bar + 3);
}

}  // namespace

bool LineParser::parse_syslog(std::string_view line, Record& record) {
  Envelope envelope;
  if (!parse_envelope(line, years_, envelope)) return false;
  const std::string_view program = envelope.program;
  const bool server = program.starts_with("httpd") || program.starts_with("apache") ||
                      program.starts_with("nginx") || program.starts_with("lighttpd");
  if (server) {
    if (parse_access_line(envelope.message, clock_, record)) return true;
    if (parse_error_body(envelope.message, record)) {
      record.time = envelope.time;
      return true;
    }
  }
  if (!parse_auth(envelope, connections_, record)) return false;
  return !envelope.own_log || record.kind == LineKind::auth;
}

bool LineParser::parse_json(std::string_view line, Record& record) {
  if (!parse_json_line(line, json_, record)) return false;
  if (json_.message.empty()) return true;
  carried_.assign(json_.message);
  const std::string_view message = trim(carried_);
  return parse_access_line(message, clock_, record) || parse_error_line(message, record) ||
         parse_syslog(message, record);
}

bool LineParser::try_form(Form form, std::string_view line, Record& record) {
  switch (form) {
    case Form::configured:
      for (size_t i = 0; i < formats_.size(); ++i) {
        const size_t index = (last_format_ + i) % formats_.size();
        if (!formats_[index].parse(line, clock_, record)) continue;
        last_format_ = index;
        return true;
      }
      return false;
    case Form::access:
      return parse_access_line(line, clock_, record);
    case Form::error:
      return parse_error_line(line, record);
    case Form::syslog:
      return parse_syslog(line, record);
    case Form::json:
      return parse_json(line, record);
  }
  return false;
}

void LineParser::parse(std::string_view line, Record& record) {
  record.source.reset();
  record.time = 0;
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  if (line.empty()) {
    record.kind = LineKind::other;
    return;
  }
  if (try_form(last_, line, record)) return;
  const auto others = [&](std::string_view text) {
    for (const Form form :
         {Form::configured, Form::json, Form::error, Form::access, Form::syslog}) {
      if (!try_form(form, text, record)) continue;
      last_ = form;
      return true;
    }
    return parse_other_server(text, record);
  };
  if (others(line)) return;
  const std::string_view inner = without_container(line);
  if (inner.size() != line.size() && others(inner)) return;
  record.kind = LineKind::not_understood;
  record.source.reset();
  record.time = 0;
}

bool LineParser::stands_alone(std::string_view line) {
  Record record;
  RequestClock clock;
  JsonLine json;
  return parse_access_line(line, clock, record) || parse_json_line(line, json, record);
}

}  // namespace stockade::logs
