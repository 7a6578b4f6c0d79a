#include "rules/support/front_proxy.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"

namespace stockade::rules {

namespace {

using conf::Directive;

bool is_proxy_program(std::string_view name) {
  for (std::string_view known : {"nginx", "haproxy", "varnishd", "envoy", "caddy", "traefik",
                                 "hitch", "stunnel", "stunnel4", "pound", "squid", "lighttpd"}) {
    if (name == known) return true;
  }
  return false;
}

// The log formats that a CustomLog or TransferLog uses, by nickname or as they stand.
const Directive* forwarded_in_a_log(const Snapshot& snapshot) {
  const auto records = [](std::string_view format) {
    return contains_ignoring_case(format, "{X-Forwarded-For}i");
  };
  std::unordered_set<std::string> nicknames;
  for (const Directive* log : snapshot.config.all("CustomLog")) {
    if (records(log->arg(1))) return log;
    nicknames.emplace(log->arg(1));
  }
  for (const Directive* format : snapshot.config.all("LogFormat")) {
    if (!records(format->arg(0))) continue;
    if (format->words.size() == 1 || nicknames.contains(std::string(format->arg(1)))) {
      return format;
    }
  }
  return nullptr;
}

}  // namespace

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" ||
         equals_ignoring_case(address, "localhost");
}

bool listens_on_loopback_only(const Snapshot& snapshot) {
  const auto& listeners = snapshot.servers.listeners;
  return !listeners.empty() &&
         std::all_of(listeners.begin(), listeners.end(), [](const conf::Listener& listener) {
           return is_loopback(listener.address.host);
         });
}

bool knows_the_client(const conf::Server& server) {
  return server.last("RemoteIPHeader") != nullptr ||
         server.last("RemoteIPProxyProtocol") != nullptr;
}

FrontProxy front_proxy(const Snapshot& snapshot) {
  for (const host::ListeningSocket& socket : snapshot.sockets) {
    const bool web = socket.port == 80 || socket.port == 443;
    if (!web || is_loopback(socket.address) || !is_proxy_program(socket.process)) continue;
    return {true, true, nullptr,
            fmt::format("{} listens at {}:{}", socket.process, socket.address, socket.port)};
  }
  const Directive* format = forwarded_in_a_log(snapshot);
  if (format == nullptr) return {};
  return {true, listens_on_loopback_only(snapshot), format,
          "the log records X-Forwarded-For, which only a proxy in front sends"};
}

}  // namespace stockade::rules
