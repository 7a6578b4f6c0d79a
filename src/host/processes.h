// The processes of the live machine, and which of them listens where.
//
// Distrusts: /proc changes while it is read: what is gone meanwhile is left out. A process that may
// not be looked into is a Gap.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/collector.h"

namespace stockade::host {

// Sets processes and coverage.processes. Only httpd's own (those that run its program) have their
// mapped files listed.
void collect_processes(Collector& collector);

// Sets sockets and coverage.sockets: TCP, IPv4 and IPv6.
void collect_sockets(Collector& collector);

struct TcpListener {
  ListeningSocket socket;
  uint64_t inode = 0;
};
// The listening sockets in the text of /proc/net/tcp or tcp6.
std::vector<TcpListener> parse_proc_net(std::string_view text);

// /proc/PID/status; nothing where it is malformed. The pid is not in it.
std::optional<Process> parse_proc_status(std::string_view text);

// The files in /proc/PID/maps, each once: all, and those that were replaced on disk since.
void parse_proc_maps(std::string_view text, Process& process);

}  // namespace stockade::host
