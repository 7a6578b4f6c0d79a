// Offers requests at a steady rate over many keep-alive connections, and counts the answers.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stockade::module_test {

struct Load {
  int port = 0;
  int connections = 1;
  double per_second = 0;  // 0: as fast as the answers come
  double seconds = 1;
  const std::atomic<bool>* stop = nullptr;  // ends it before
  uint64_t most = UINT64_MAX;               // requests
  std::string path = "/f.txt";
  std::string headers = "";  // "Name: value\r\n"
  uint64_t addresses = 0;    // 0: none; else each request tells one of so many, by X-Forwarded-For
};

struct Tally {
  std::map<int, uint64_t> by_status;
  uint64_t offered = 0;
  uint64_t broken = 0;   // connections that ended without an answer
  double elapsed = 0;    // from the first request to the last answer
  double answering = 0;  // from the first answer to the end of the offer
  uint64_t of(int status) const {
    const auto found = by_status.find(status);
    return found == by_status.end() ? 0 : found->second;
  }
};

Tally offer(const Load& load);

// One client that asks for far too much and one that asks seldom, while a crowd of others fills the
// table.
struct Beside {
  Tally crowd;
  Tally attacker;  // 100 requests a second
  Tally user;      // 2 requests a second
};
// `addresses` of the crowd; the server trusts X-Forwarded-For from loopback.
Beside offer_beside_a_crowd(int port, double seconds, uint64_t addresses);

// One request on a connection of its own.
struct Answer {
  int status = 0;  // 0: the connection ended without an answer
  std::string head;
  std::string body;
};
Answer get(int port, const std::string& path, const std::string& headers = "",
           const std::string& method = "GET");

// The same with a body of which the last byte comes only after `milliseconds`.
int get_slowly(int port, int milliseconds);

// Open connections with half a request on each.
std::vector<int> hold(int port, int count);

// GET /f.txt on `count` streams of one cleartext HTTP/2 connection; how many were answered.
int get_streams(int port, int count);

}  // namespace stockade::module_test
