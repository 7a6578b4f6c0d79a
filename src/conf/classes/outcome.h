// One request of one kind of client for one class of URLs, and what comes of it in one word.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conf/effective/effective.h"

namespace stockade::conf {

struct Client {
  std::string name;     // "anyone", "10.0.0.0/8", "anyone, POST"
  std::string address;  // "203.0.113.9"
  std::string method = "GET";
};

// Anyone, this host, the networks that Require ip and Allow from name most often (at most three),
// and anyone with POST and PUT where something in the configuration asks for the method.
std::vector<Client> clients_of(const std::vector<const Config*>& configs);

// A request that this server is meant to answer; `path` is escaped.
Request request_for(const Servers& servers, const Server& server, std::string path);
// "https://shop.example:8443/x"
std::string url_of(const Request& request);

// In the order of width.
enum class Answer : uint8_t { denied, login, redirect, absent, open, unknown };
const char* name_of(Answer answer);
// Nobody without a right to gets in.
constexpr bool is_closed(Answer answer) {
  return answer == Answer::denied || answer == Answer::login;
}

struct Outcome {
  Answer answer = Answer::unknown;
  std::string cause;  // of unknown
  Place cause_place;
  Effective effective;
};
Outcome outcome_of(const World& world, const Request& request);
Outcome outcome_of(const World& world, const Request& request, const Client& client);

// "files below /srv/www", "http://127.0.0.1:8080/", "server-status", "to https://..."
std::string leads_to(const Outcome& outcome);

}  // namespace stockade::conf
