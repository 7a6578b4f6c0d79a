#include "host_generator.h"

#include <fmt/format.h>

#include <array>

#include "random.h"

namespace stockade::oracle {

namespace {

// 192.0.2.1, 198.51.100.2 and 10.0.0.1 share no bucket of httpd's hash table; 192.0.2.1, 2.0.192.1
// and [2001:db8::c000:201] share one.
constexpr std::array kHostPatterns = {"*",
                                      "*",
                                      "_default_",
                                      "192.0.2.1",
                                      "192.0.2.1",
                                      "2.0.192.1",
                                      "198.51.100.2",
                                      "127.0.0.1",
                                      "0.0.0.0",
                                      "[::1]",
                                      "[2001:db8::1]",
                                      "[2001:DB8:0::1]",
                                      "[::]",
                                      "10.0.0.1",
                                      "255.255.255.255",
                                      "[2001:db8::c000:201]",
                                      "[::2]",
                                      "192.0.2.1",
                                      "*",
                                      "[::ffff:192.0.2.1]",
                                      "127.0.0.1",
                                      "127.0.0.1",
                                      "[::1]",
                                      "[fe80::1]"};
constexpr std::array kPorts = {":80", ":80", ":443", ":443", ":*", "", ":8080", ":65535", ":080"};
// Those that no resolver has to be asked for, should the host have no name.
constexpr std::array kQuietHosts = {"*", "_default_", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"};
constexpr std::array kHostNames = {"a.example",         "B.Example",
                                   "a.example",         "c.example:8080",
                                   "https://d.example", "http://e.example:8443",
                                   "[2001:db8::1]",     "[2001:db8::1]:80",
                                   "\"f.example\"",     "g",
                                   "192.0.2.7",         "x--y.example.",
                                   "h_i.example"};
constexpr std::array kAliases = {"a.example", "www.a.example", "*.a.example",   "?.example",
                                 "*",         "Z.example",     "\"q.example\"", "[2001:db8::2]",
                                 "b?d",       "'two words'"};

class HostGenerator {
 public:
  explicit HostGenerator(uint64_t seed) : random_(seed) {}

  Case run() {
    case_.files.push_back({"main.conf", {}, true});
    if (random_.one_in(3)) case_.files.push_back({"hosts.conf", {}, true});
    few_ = random_.one_in(2);
    main_settings();
    const uint32_t count = random_.below(9);
    for (uint32_t n = 0; n < count; ++n) host();
    if (case_.files.size() > 1) lines().emplace_back("Include hosts.conf");
    if (random_.one_in(3)) main_settings();
    return std::move(case_);
  }

 private:
  std::vector<std::string>& lines() { return case_.files[0].lines; }
  std::vector<std::string>& host_lines() {
    return case_.files[random_.below(static_cast<uint32_t>(case_.files.size()))].lines;
  }

  void main_settings() {
    constexpr std::array kSettings = {"ServerName main.example",
                                      "ServerName main.example:8080",
                                      "ServerName https://secure.example:4433",
                                      "ServerAlias alias.example",
                                      "NameVirtualHost *:80",
                                      "Listen 80",
                                      "Listen 192.0.2.1:443 https",
                                      "User www-data",
                                      "Group www-data",
                                      "PidFile run/httpd.pid",
                                      "PidFile /run/other.pid",
                                      "ErrorLog ./error.log",
                                      "ErrorLog \"|/bin/cat\"",
                                      "ErrorLog syslog:local1",
                                      "DocumentRoot /tmp",
                                      "DocumentRoot \"/usr/../tmp/\"",
                                      "Define Extra",
                                      "Define Valued value",
                                      "UnDefine Given"};
    for (uint32_t n = random_.below(5); n > 0; --n) {
      lines().emplace_back(random_.pick(kSettings));
    }
  }

  std::string address(bool named) {
    const std::string_view host = named ? random_.pick(kHostPatterns) : random_.pick(kQuietHosts);
    const bool narrow = few_ && random_.one_in(2);
    return std::string(narrow && named ? "192.0.2.1" : host) + std::string(random_.pick(kPorts));
  }

  void host() {
    const bool named = !random_.one_in(5);
    std::string line = "<VirtualHost " + address(named);
    for (uint32_t n = random_.one_in(2) ? random_.below(4) : 0; n > 0; --n) {
      line += " " + address(named);
    }
    std::vector<std::string> body;
    for (uint32_t n = random_.below(3); n > 0; --n) body.push_back(aliases());
    if (named) body.push_back(fmt::format("ServerName {}", random_.pick(kHostNames)));
    if (named && random_.one_in(8))
      body.push_back(fmt::format("ServerName {}", random_.pick(kHostNames)));
    for (uint32_t n = random_.one_in(3) ? random_.below(3) : 0; n > 0; --n)
      body.push_back(aliases());
    std::vector<std::string>& out = host_lines();
    const bool macro = random_.one_in(12);
    if (macro) out.push_back(fmt::format("<Macro host{} $name>", out.size()));
    const std::string use = fmt::format("Use host{} u.example", out.size() - 1);
    out.push_back(line + ">");
    if (macro && random_.one_in(2)) out.emplace_back("ServerAlias $name");
    out.insert(out.end(), body.begin(), body.end());
    out.emplace_back("</VirtualHost>");
    if (macro) out.insert(out.end(), {"</Macro>", use});
    if (macro && random_.one_in(2)) out.push_back(use);
  }

  std::string aliases() {
    std::string line = "ServerAlias";
    for (uint32_t n = 1 + random_.below(3); n > 0; --n) {
      line += " " + std::string(random_.pick(kAliases));
    }
    return line;
  }

  Random random_;
  Case case_;
  bool few_ = false;  // addresses: then more hosts share one
};

}  // namespace

Case generate_hosts(uint64_t seed) { return HostGenerator(seed).run(); }

}  // namespace stockade::oracle
