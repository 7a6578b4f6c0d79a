#include "logs/parse/login_text.h"

#include "logs/parse/sshd_peer.h"

namespace stockade::logs {

std::string_view text_after(std::string_view text, std::string_view mark) {
  const size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + mark.size());
}

std::string_view text_between(std::string_view text, std::string_view open,
                              std::string_view close) {
  const size_t start = text.find(open);
  if (start == std::string_view::npos) return {};
  const std::string_view inside = text.substr(start + open.size());
  const size_t end = inside.find(close);
  return end == std::string_view::npos ? std::string_view{} : inside.substr(0, end);
}

std::string_view last_value(std::string_view text, std::string_view mark, std::string_view ends) {
  const size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view value = text.substr(at + mark.size());
  return value.substr(0, value.find_first_of(ends));
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" ,;"));
}

void set_login_client(std::string_view client, Record& record) {
  if (client.starts_with('[') && client.ends_with(']'))
    client = client.substr(1, client.size() - 2);
  record.auth.client = unmapped(client);
  record.source = Ip::parse(record.auth.client);
}

void set_failed_login(std::string_view user, std::string_view client, Record& record) {
  record.auth.login = Login::failed;
  record.auth.user = user;
  record.auth.counts = true;
  set_login_client(client, record);
}

void set_accepted_login(std::string_view user, std::string_view client, Record& record) {
  record.auth.login = Login::accepted;
  record.auth.user = user;
  set_login_client(client, record);
}

}  // namespace stockade::logs
