// What httpd does with one request, decided from the configuration and the files alone. What cannot
// be decided without running code is unknown, with its cause; nothing is guessed.
// Source: https://httpd.apache.org/docs/2.4/sections.html, urlmapping.html; server/request.c.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "conf/config.h"
#include "conf/servers.h"

namespace stockade::conf {

struct Request {
  std::string address;     // where the client connects to; empty: not given
  uint16_t port = 80;      // of that address
  bool tls = false;        // https
  std::string host;        // of the Host header, without its port; empty: none
  uint16_t host_port = 0;  // of the Host header; 0: none
  std::string method = "GET";
  std::string target = "/";  // path and query as sent
  std::string client;        // address of the client; empty: not given
  std::vector<std::pair<std::string, std::string>> headers;  // others than Host
};

struct Place {
  std::string file;  // empty: httpd's own default
  uint32_t line = 0;
};

// One thing on the way that had a say.
struct Said {
  Place place;
  std::string text;  // the directive as written
};

struct Step {
  std::string what;  // "Alias", "DocumentRoot", "directory index" ...
  std::string result;
  std::optional<Said> by;
};

struct Setting {
  Said said;
  std::vector<Said> overrode;  // earlier ones that this one silences
};

struct AppliedSection {
  std::string kind;  // "server", "Directory", ".htaccess", "Files", "Location", "If" ...
  std::string name;  // the section's argument
  Place place;
  std::vector<Setting> settings;
};

enum class Decision : uint8_t { granted, denied, auth, unknown };

struct Reason {
  std::string outcome;  // "granted", "denied", "neutral", "needs a user", "unknown"
  std::string why;
  std::optional<Said> by;
};

struct HeaderLine {
  std::string name;
  std::string value;
  Said by;
};

// Something that decides and is not known.
struct Doubt {
  std::string about;  // "status", "access", "headers" ...
  std::string cause;
  Place place;
};

constexpr bool is_redirect(int status) { return status >= 300 && status < 400; }

struct Effective {
  std::string vhost;  // its label
  Place vhost_place;
  std::string vhost_because;
  std::vector<Step> mapping;
  std::vector<AppliedSection> sections;  // in the order in which they are merged
  Decision access = Decision::unknown;
  std::vector<Reason> because;
  std::optional<std::string> file;     // what is sent, or the folder that is listed
  std::optional<std::string> handler;  // "default-handler", "proxy-server" ...
  std::optional<int> status;
  std::optional<std::string> location;
  std::vector<HeaderLine> headers;  // those that Header directives add or change
  std::vector<Doubt> doubts;
  std::optional<std::string> passed_to;  // the URL at another server that the request goes to
};

struct World {
  const Config& config;
  const Servers& servers;
  const FileSystem& files;
  uint32_t version = 0;
  std::vector<std::string> inert_modules;  // of others, known to leave requests alone
};

Effective predict(const World& world, const Request& request);

const char* name_of(Decision decision);

}  // namespace stockade::conf
