#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <unordered_map>

#include "base/text.h"
#include "host/processes.h"

namespace stockade::host {

namespace {

constexpr uint64_t kMaxSocketTable = 64 << 20;
constexpr std::string_view kListening = "0A";

std::optional<uint32_t> parse_hex(std::string_view text) {
  uint32_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "0100007F" or four of them: words in the machine's own byte order.
std::string address_of(std::string_view hex) {
  unsigned char bytes[16] = {};
  if (hex.size() != 8 && hex.size() != 32) return "";
  for (size_t i = 0; i < hex.size() / 8; ++i) {
    const auto word = parse_hex(hex.substr(i * 8, 8));
    if (!word) return "";
    std::memcpy(bytes + i * 4, &*word, 4);
  }
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(hex.size() == 8 ? AF_INET : AF_INET6, bytes, text, sizeof text);
  return text;
}

std::optional<uint64_t> socket_inode(std::string_view target) {
  if (!target.starts_with("socket:[") || !target.ends_with(']')) return std::nullopt;
  const auto number = parse_number(target.substr(8, target.size() - 9));
  return number ? std::optional<uint64_t>(static_cast<uint64_t>(*number)) : std::nullopt;
}

// Which process holds each socket; the parent of workers comes first and is enough.
void name_holders(Collector& collector, std::vector<TcpListener>& listeners) {
  std::unordered_map<uint64_t, std::vector<TcpListener*>> wanted;
  for (TcpListener& listener : listeners) wanted[listener.inode].push_back(&listener);
  for (const Process& process : collector.snapshot.processes) {
    if (wanted.empty()) return;
    const std::string folder = "/proc/" + std::to_string(process.pid) + "/fd";
    const auto names = collector.files.list(folder);
    if (!names) continue;
    for (const std::string& name : *names) {
      const auto target = collector.files.link_target(folder + "/" + name);
      const auto inode = target ? socket_inode(*target) : std::nullopt;
      const auto found = inode ? wanted.find(*inode) : wanted.end();
      if (found == wanted.end()) continue;
      for (TcpListener* listener : found->second) listener->socket.process = process.name;
      wanted.erase(found);
    }
  }
}

}  // namespace

std::vector<TcpListener> parse_proc_net(std::string_view text) {
  std::vector<TcpListener> listeners;
  for (std::string_view line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() < 10 || words[3] != kListening) continue;
    const size_t colon = words[1].find(':');
    if (colon == std::string_view::npos) continue;
    const auto port = parse_hex(words[1].substr(colon + 1));
    const auto inode = parse_number(words[9]);
    std::string address = address_of(words[1].substr(0, colon));
    if (!port || *port > 65535 || !inode || address.empty()) continue;
    listeners.push_back(
        {{std::move(address), static_cast<uint16_t>(*port), ""}, static_cast<uint64_t>(*inode)});
  }
  return listeners;
}

void collect_sockets(Collector& collector) {
  std::vector<TcpListener> listeners;
  for (const char* file : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto text = collector.files.read(file, kMaxSocketTable);
    if (!text && text.error().code == ENOENT && std::string_view(file).ends_with('6')) continue;
    if (!text) return collector.gaps.add("listening sockets", text.error(), {"sockets"});
    for (TcpListener& listener : parse_proc_net(*text)) listeners.push_back(std::move(listener));
  }
  name_holders(collector, listeners);
  std::vector<std::string> nameless;
  for (TcpListener& listener : listeners) {
    const ListeningSocket& socket = listener.socket;
    if (socket.process.empty()) {
      nameless.push_back(socket.address + " port " + std::to_string(socket.port));
    }
    collector.snapshot.sockets.push_back(listener.socket);
  }
  collector.snapshot.coverage.sockets = true;
  if (!nameless.empty()) {
    collector.gaps.add("which process listens on " + some_of(nameless),
                       "the files it has open may not be looked at; run with sudo", {"sockets"});
  }
}

}  // namespace stockade::host
