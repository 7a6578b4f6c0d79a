#include "conf/effective/facts.h"

#include "base/text.h"
#include "conf/checks/expressions.h"

namespace stockade::conf {

namespace {

using expr::unknown_value;
using expr::Value;

Value known(std::string text) { return {std::move(text), true, ""}; }

struct HeaderVariable {
  std::string_view variable;
  std::string_view header;
};
constexpr HeaderVariable kHeaderVariables[] = {
    {"HTTP_USER_AGENT", "User-Agent"}, {"HTTP_PROXY_CONNECTION", "Proxy-Connection"},
    {"HTTP_REFERER", "Referer"},       {"HTTP_COOKIE", "Cookie"},
    {"HTTP_FORWARDED", "Forwarded"},   {"HTTP_HOST", "Host"},
    {"HTTP_ACCEPT", "Accept"},
};

std::string host_header(const Request& request) {
  if (request.host_port == 0) return request.host;
  return request.host + ":" + std::to_string(request.host_port);
}

}  // namespace

std::string RequestFacts::header(std::string_view name) const {
  if (equals_ignoring_case(name, "Host")) return host_header(*request_);
  std::string all;
  for (const auto& [key, value] : request_->headers) {
    if (!equals_ignoring_case(key, name)) continue;
    all += (all.empty() ? "" : ", ") + value;
  }
  return all;
}

Value RequestFacts::variable(std::string_view name) const {
  const auto is = [name](std::string_view other) { return equals_ignoring_case(name, other); };
  for (const HeaderVariable& known_header : kHeaderVariables) {
    if (is(known_header.variable)) return known(header(known_header.header));
  }
  if (is("REQUEST_METHOD")) return known(method);
  if (is("REQUEST_URI")) return known(path);
  if (is("QUERY_STRING")) return known(query);
  if (is("REQUEST_FILENAME") || is("SCRIPT_FILENAME")) return known(filename);
  if (is("PATH_INFO")) return known(path_info);
  if (is("REQUEST_SCHEME")) return known(request_->tls ? "https" : "http");
  if (is("HTTPS")) return known(request_->tls ? "on" : "off");
  if (is("THE_REQUEST")) return known(request_->method + " " + request_->target + " HTTP/1.1");
  if (is("REMOTE_ADDR") || is("CONN_REMOTE_ADDR")) {
    if (request_->client.empty()) return unknown_value("the client's address is not given");
    return known(request_->client);
  }
  if (is("IPV6") && !request_->client.empty()) {
    return known(request_->client.find(':') == std::string::npos ? "off" : "on");
  }
  if (is("REMOTE_USER") && !has_credentials()) return known("");
  if (is("DOCUMENT_ROOT") && !document_root.empty()) return known(document_root);
  return unknown_value("%{" + std::string(name) + "} is not known before httpd runs");
}

Value RequestFacts::function(std::string_view name, std::string_view argument) const {
  const auto is = [name](std::string_view other) { return equals_ignoring_case(name, other); };
  if (is("req") || is("http") || is("req_novary")) return known(header(argument));
  if (is("reqenv") || is("env") || is("v")) {
    // Else it is one of httpd's own process.
    if (is("reqenv") || is_set(argument) != expr::Truth::no) return environment(argument);
  }
  return unknown_value(std::string(name) + "(" + std::string(argument) +
                       ") is not known before httpd runs");
}

expr::Answer RequestFacts::file_test(char letter, std::string_view file) const {
  using expr::Truth;
  const auto answer = [](bool holds) { return expr::Answer{holds ? Truth::yes : Truth::no, ""}; };
  if (std::string_view("FUA").find(letter) != std::string_view::npos) {
    return {Truth::unknown, std::string("-") + letter + " asks httpd itself"};
  }
  if (file.empty()) return answer(false);
  if (!file.starts_with('/')) return {Truth::unknown, "-f of a relative path"};
  const bool of_link = letter == 'L' || letter == 'l' || letter == 'h' || letter == 'x';
  const auto status = of_link ? world_->files.link_status(file) : world_->files.status(file);
  if (!status) {
    const int code = status.error().code;
    if (code == ENOENT || code == ENOTDIR) return answer(false);
    return {Truth::unknown, status.error().message()};
  }
  switch (letter) {
    case 'd':
      return answer(status->type == FileType::directory);
    case 'e':
      return answer(true);
    case 'f':
      return answer(status->type == FileType::regular);
    case 's':
      return answer(status->type == FileType::regular && status->size > 0);
    case 'x':
      return answer((status->mode & 0111) != 0);
    default:
      return answer(status->type == FileType::symlink);
  }
}

}  // namespace stockade::conf
