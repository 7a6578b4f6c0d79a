#include "conf/classes/outcome.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"
#include "conf/checks/subnet.h"
#include "conf/checks/words_in.h"
#include "conf/effective/choose_server.h"

namespace stockade::conf {

namespace {

constexpr size_t kMostNetworks = 3;

using Networks = std::vector<std::pair<std::string, size_t>>;

void count_network(std::string_view word, Networks& networks) {
  if (!parse_subnet(word) || word.starts_with("127.") || word == "::1") return;
  for (auto& [name, count] : networks) {
    if (name == word) {
      ++count;
      return;
    }
  }
  if (networks.size() < 1000) networks.emplace_back(std::string(word), 1);
}

void count_networks(const Config& config, Networks& networks) {
  for (const Directive* d : config.all("Require")) {
    const size_t at = equals_ignoring_case(d->arg(0), "not") ? 1 : 0;
    if (!equals_ignoring_case(d->arg(at), "ip")) continue;
    for (size_t i = at + 1; i < d->words.size(); ++i) count_network(d->arg(i), networks);
  }
  for (const char* name : {"Allow", "Deny"}) {
    for (const Directive* d : config.all(name)) {
      for (size_t i = 1; i < d->words.size(); ++i) count_network(d->arg(i), networks);
    }
  }
}

Networks networks_of(const std::vector<const Config*>& configs) {
  Networks networks;
  for (const Config* config : configs) count_networks(*config, networks);
  std::stable_sort(networks.begin(), networks.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return networks;
}

// An address within: of a network the first behind its own.
std::string address_in(const std::string& network) {
  const auto subnet = parse_subnet(network);
  if (!subnet) return "";
  std::array<uint8_t, 16> bytes = subnet->address;
  const size_t last = subnet->ipv6 ? 15 : 3;
  for (size_t i = 0; i <= last; ++i) bytes[i] = bytes[i] & subnet->mask[i];
  if (subnet->mask[last] != 0xff) ++bytes[last];
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(subnet->ipv6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
  return text.data();
}

// Of the addresses reserved for documentation one that no line names.
std::string stranger(const Networks& networks) {
  for (const char* address : {"203.0.113.9", "198.51.100.9", "192.0.2.9", "233.252.0.9"}) {
    bool named = false;
    for (const auto& [network, count] : networks) {
      const auto subnet = parse_subnet(network);
      // Everybody's network names nobody.
      named = named || (subnet && subnet->mask[0] != 0 && subnet->holds(address).value_or(false));
    }
    if (!named) return address;
  }
  return "203.0.113.9";
}

bool asks_for_method(const Config& config) {
  for (const char* section : {"Limit", "LimitExcept"}) {
    if (!config.all_sections(section).empty()) return true;
  }
  for (const char* name : {"AllowMethods", "Dav", "Script"}) {
    if (!config.all(name).empty()) return true;
  }
  for (const Directive* d : config.all("Require")) {
    if (d->has_arg("method") || contains_ignoring_case(d->args, "REQUEST_METHOD")) return true;
  }
  for (const Directive* d : config.all("RewriteCond")) {
    if (contains_ignoring_case(d->args, "REQUEST_METHOD")) return true;
  }
  for (const Directive* d : config.all_sections("If")) {
    if (contains_ignoring_case(d->args, "REQUEST_METHOD")) return true;
  }
  return false;
}

// The usual one where it is open; of the main server one that no virtual host takes.
uint16_t open_port(const Servers& servers, const Server& server, uint16_t usual) {
  uint16_t port = 0;
  for (const Listener& listener : servers.listeners) {
    const uint16_t open = listener.address.port;
    Request request;
    request.address = listener.address.wildcard() ? "192.0.2.80" : listener.address.host;
    request.port = open;
    const bool taken = server.is_main() && choose_server(servers, request).server != &server;
    if (!taken && (port == 0 || open == usual)) port = open;
  }
  return port;
}

// What leaves the decision on access as it is.
bool is_harmless(const Doubt& doubt) {
  return is_one_of(doubt.about, "cache|handler|location|status") ||
         doubt.about.starts_with("header");
}

// Redirected elsewhere. That a folder gets its slash first is no news to anybody.
bool is_moved(const Effective& effective) {
  const int status = effective.status.value_or(0);
  if (status < 300 || status >= 400) return false;
  return std::none_of(effective.mapping.begin(), effective.mapping.end(),
                      [](const Step& step) { return step.what == "DirectorySlash"; });
}

Answer answer_of(const Effective& effective) {
  const int status = effective.status.value_or(0);
  const bool moved = is_moved(effective);
  switch (effective.access) {
    case Decision::denied:
      return Answer::denied;
    case Decision::auth:
      return Answer::login;
    case Decision::granted:
      return moved ? Answer::redirect : Answer::open;
    case Decision::unknown:
      break;
  }
  if (moved) return Answer::redirect;
  if (status == 404 || status == 410) return Answer::absent;
  if (status >= 400) return Answer::denied;
  return Answer::unknown;
}

}  // namespace

std::vector<Client> clients_of(const std::vector<const Config*>& configs) {
  const Networks networks = networks_of(configs);
  const std::string outside = stranger(networks);
  std::vector<Client> clients{{"anyone", outside, "GET"}, {"this host", "127.0.0.1", "GET"}};
  for (const auto& [network, count] : networks) {
    if (clients.size() == 2 + kMostNetworks) break;
    if (std::string address = address_in(network); !address.empty()) {
      clients.push_back({network, std::move(address), "GET"});
    }
  }
  const bool methods = std::any_of(configs.begin(), configs.end(),
                                   [](const Config* config) { return asks_for_method(*config); });
  if (methods) {
    clients.push_back({"anyone, POST", outside, "POST"});
    clients.push_back({"anyone, PUT", outside, "PUT"});
  }
  return clients;
}

Request request_for(const Servers& servers, const Server& server, std::string path) {
  Request request;
  const Directive* engine = server.last("SSLEngine");
  request.tls = engine != nullptr && !engine->has_arg("off");
  const uint16_t usual = request.tls ? 443 : 80;
  request.port = 0;
  request.address = "192.0.2.80";
  if (!server.addresses.empty()) {
    request.port = server.addresses.front().port;
    if (!server.addresses.front().wildcard()) request.address = server.addresses.front().host;
  }
  if (request.port == 0) request.port = open_port(servers, server, usual);
  if (request.port == 0) request.port = usual;
  request.host = server.name;
  for (const std::string& alias : server.aliases) {
    if (request.host.empty() && alias.find_first_of("*?") == std::string::npos) {
      request.host = alias;
    }
  }
  if (request.host.empty()) {
    request.host = request.address.find(':') == std::string::npos ? request.address
                                                                  : "[" + request.address + "]";
  }
  request.host_port = request.port == usual ? uint16_t{0} : request.port;
  request.target = std::move(path);
  return request;
}

std::string url_of(const Request& request) {
  std::string url = (request.tls ? "https://" : "http://") + request.host;
  if (request.host_port != 0) url += ":" + std::to_string(request.host_port);
  return url + request.target;
}

const char* name_of(Answer answer) {
  switch (answer) {
    case Answer::denied:
      return "denied";
    case Answer::login:
      return "login";
    case Answer::redirect:
      return "redirect";
    case Answer::absent:
      return "absent";
    case Answer::open:
      return "open";
    case Answer::unknown:
      break;
  }
  return "unknown";
}

Outcome outcome_of(const World& world, const Request& request) {
  Outcome outcome;
  outcome.effective = predict(world, request);
  for (const Doubt& doubt : outcome.effective.doubts) {
    if (is_harmless(doubt)) continue;
    outcome.cause = doubt.cause;
    outcome.cause_place = doubt.place;
    return outcome;
  }
  outcome.answer = answer_of(outcome.effective);
  if (outcome.answer == Answer::unknown) outcome.cause = "the request ends before access is asked";
  return outcome;
}

Outcome outcome_of(const World& world, const Request& request, const Client& client) {
  Request asked = request;
  asked.client = client.address;
  asked.method = client.method;
  return outcome_of(world, asked);
}

std::string leads_to(const Outcome& outcome) {
  const Effective& effective = outcome.effective;
  if (effective.location && is_moved(effective)) return "to " + *effective.location;
  if (effective.passed_to) return *effective.passed_to;
  std::string handler = effective.handler.value_or("");
  if (!handler.empty() && handler != "default-handler" && handler != "httpd/unix-directory") {
    return handler;
  }
  return effective.file ? "file " + *effective.file : "";
}

}  // namespace stockade::conf
