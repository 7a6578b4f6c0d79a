// Makes logs to measure with, the same bytes for the same seed.
//   generate access|auth|distinct LINES SEED > FILE
// access: 60,000 clients and 20,000 paths by Zipf's law, 131 programs, one line in twenty an
// attack. auth: sessions of sshd, cron and sudo, one in sixteen an attack. distinct: every line
// from another IPv6 /64.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

// splitmix64
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t bound) { return next() % bound; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  uint64_t state_;
};

class Zipf {
 public:
  Zipf(size_t count, double power) {
    double sum = 0;
    for (size_t i = 1; i <= count; ++i)
      sums_.push_back(sum += 1 / std::pow(static_cast<double>(i), power));
  }
  size_t draw(Random& random) const {
    const double at = random.unit() * sums_.back();
    return static_cast<size_t>(std::lower_bound(sums_.begin(), sums_.end(), at) - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

std::string ipv4(Random& random) {
  char text[32];
  std::snprintf(text, sizeof text, "%d.%d.%d.%d", static_cast<int>(1 + random.below(222)),
                static_cast<int>(random.below(256)), static_cast<int>(random.below(256)),
                static_cast<int>(1 + random.below(254)));
  return text;
}

std::string client(Random& random) {
  if (random.below(100) < 85) return ipv4(random);
  char text[64];
  std::snprintf(text, sizeof text, "2001:db8:%x:%x::%x", static_cast<unsigned>(random.below(65536)),
                static_cast<unsigned>(random.below(65536)),
                static_cast<unsigned>(1 + random.below(65535)));
  return text;
}

constexpr const char* kWords[] = {"alpha",   "river",  "photo",  "report", "garden", "music",
                                  "winter",  "letter", "market", "bridge", "travel", "kitchen",
                                  "history", "summer", "window", "paper"};
constexpr const char* kSections[] = {"news",   "shop",  "blog", "docs",  "img",
                                     "assets", "forum", "user", "media", "help"};
constexpr const char* kEnds[] = {".html", ".php", ".jpg", ".png", ".css", ".js", "", "/"};

std::string path(Random& random) {
  std::string text = std::string("/") + kSections[random.below(10)] + "/";
  const uint64_t words = 1 + random.below(3);
  for (uint64_t i = 0; i < words; ++i)
    text += (i == 0 ? "" : "-") + std::string(kWords[random.below(16)]);
  return text + std::to_string(random.below(10000)) + kEnds[random.below(8)];
}

std::vector<std::string> agents() {
  std::vector<std::string> all;
  for (int i = 0; i < 131; ++i) {
    all.push_back("Mozilla/5.0 (" +
                  std::string(i % 3 == 0   ? "Windows NT 10.0; Win64; x64"
                              : i % 3 == 1 ? "X11; Linux x86_64"
                                           : "Macintosh; Intel Mac OS X 10_15_7") +
                  ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + std::to_string(60 + i) +
                  ".0." + std::to_string(1000 + i * 7) + ".0 Safari/537.36");
  }
  return all;
}

constexpr const char* kAttacks[] = {"POST /wp-login.php",
                                    "POST /xmlrpc.php",
                                    "GET /.env",
                                    "GET /.git/config",
                                    "GET /phpmyadmin/index.php",
                                    "GET /cgi-bin/test.cgi",
                                    "GET /item.php?id=1+UNION+SELECT+1,2,3--",
                                    "GET /../../../etc/passwd",
                                    "GET /%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                                    "GET /search?q=<script>alert(1)</script>",
                                    "GET /backup.zip",
                                    "GET /server-status",
                                    "GET /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
                                    "POST /boaform/admin/formLogin",
                                    "GET /HNAP1/",
                                    "GET /w00tw00t.at.blackhats.romanian.anti-sec:)",
                                    "GET /actuator/health",
                                    "GET /config.php.bak",
                                    "GET /manager/html",
                                    "GET /admin/login.php"};
constexpr const char* kScanners[] = {
    "sqlmap/1.7",         "Mozilla/5.00 (Nikto/2.1.6)", "masscan/1.0", "Mozilla/5.0 zgrab/0.x",
    "Go-http-client/1.1", "python-requests/2.31",       "Mozilla/5.0", "curl/7.88.1"};

std::string request_time(uint64_t second) {
  // Two days, without a month's end.
  char text[64];
  const uint64_t day = 23 + second / 86400, of_day = second % 86400;
  std::snprintf(text, sizeof text, "%02d/Nov/2025:%02d:%02d:%02d +0000", static_cast<int>(day),
                static_cast<int>(of_day / 3600), static_cast<int>(of_day / 60 % 60),
                static_cast<int>(of_day % 60));
  return text;
}

void access_log(uint64_t lines, Random& random) {
  std::vector<std::string> clients, paths, attackers;
  for (int i = 0; i < 60'000; ++i) clients.push_back(client(random));
  for (int i = 0; i < 20'000; ++i) paths.push_back(path(random));
  for (int i = 0; i < 2'500; ++i) attackers.push_back(client(random));
  const std::vector<std::string> programs = agents();
  const Zipf of_client(60'000, 0.9), of_path(20'000, 1.0), of_agent(131, 0.8),
      of_attacker(2'500, 0.9);
  constexpr int kStatus[] = {200, 304, 301, 302, 404, 206, 500, 403};
  constexpr int kWeight[] = {800, 890, 920, 940, 980, 990, 993, 997};
  for (uint64_t i = 0; i < lines; ++i) {
    const std::string time = request_time(i * 172'800 / lines);
    if (random.below(20) == 0) {
      const std::string& from = attackers[of_attacker.draw(random)];
      if (random.below(100) == 0) {
        std::printf("%s - - [%s] \"\\x16\\x03\\x01\\x02\" 400 226 \"-\" \"-\"\n", from.c_str(),
                    time.c_str());
        continue;
      }
      std::printf("%s - - [%s] \"%s HTTP/1.1\" 404 196 \"-\" \"%s\"\n", from.c_str(), time.c_str(),
                  kAttacks[random.below(20)], kScanners[random.below(8)]);
      continue;
    }
    std::string target = paths[of_path.draw(random)];
    if (random.below(10) == 0) {
      char query[64];
      std::snprintf(query, sizeof query, "?page=%d&s=%012llx", static_cast<int>(random.below(100)),
                    static_cast<unsigned long long>(random.next() >> 16));
      target += query;
    }
    const int draw = static_cast<int>(random.below(997));
    const int status = kStatus[std::lower_bound(std::begin(kWeight), std::end(kWeight), draw + 1) -
                               std::begin(kWeight)];
    const auto size =
        static_cast<unsigned long long>(std::min(5e7, 700 * std::pow(1 - random.unit(), -1 / 1.1)));
    std::printf("%s - - [%s] \"GET %s HTTP/1.1\" %d %llu \"https://www.example.org%s\" \"%s\"\n",
                clients[of_client.draw(random)].c_str(), time.c_str(), target.c_str(), status, size,
                paths[of_path.draw(random)].c_str(), programs[of_agent.draw(random)].c_str());
  }
}

class AuthLog {
 public:
  AuthLog(uint64_t lines, Random& random) : lines_(lines), random_(random) {}
  void write() {
    while (written_ < lines_) session();
  }

 private:
  void line(const char* program, const std::string& text) {
    if (written_ >= lines_) return;
    const uint64_t second = written_++ * 86'400 / lines_;
    std::printf("Nov 24 %02d:%02d:%02d host %s[%llu]: %s\n", static_cast<int>(second / 3600),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60), program,
                static_cast<unsigned long long>(pid_), text.c_str());
  }
  std::string port() { return std::to_string(1024 + random_.below(60000)); }
  void key_login() {
    const std::string from = ipv4(random_), at = port();
    line("sshd", "Accepted publickey for deploy from " + from + " port " + at +
                     " ssh2: ED25519 SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
    line("sshd", "pam_unix(sshd:session): session opened for user deploy(uid=1000) by (uid=0)");
    line("systemd-logind", "New session " + std::to_string(pid_) + " of user deploy.");
    line("sshd", "Received disconnect from " + from + " port " + at + ":11: disconnected by user");
    line("sshd", "pam_unix(sshd:session): session closed for user deploy");
  }
  void attack() {
    const std::string from = ipv4(random_), at = port();
    switch (random_.below(5)) {
      case 0:
        line("sshd", "Invalid user admin from " + from + " port " + at);
        line("sshd",
             "Failed password for invalid user admin from " + from + " port " + at + " ssh2");
        line("sshd",
             "Connection closed by invalid user admin " + from + " port " + at + " [preauth]");
        break;
      case 1:
        line("sshd",
             "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= "
             "rhost=" +
                 from + "  user=root");
        line("sshd", "Failed password for root from " + from + " port " + at + " ssh2");
        line("sshd",
             "Disconnected from authenticating user root " + from + " port " + at + " [preauth]");
        break;
      case 2:
        line("sshd", "Connection closed by " + from + " port " + at + " [preauth]");
        break;
      case 3:
        line("sshd", "Unable to negotiate with " + from + " port " + at +
                         ": no matching key exchange method found. Their offer: "
                         "diffie-hellman-group1-sha1 [preauth]");
        break;
      default:
        line("sshd", "error: maximum authentication attempts exceeded for root from " + from +
                         " port " + at + " ssh2 [preauth]");
    }
  }
  void session() {
    pid_ = 1000 + random_.below(30000);
    const uint64_t draw = random_.below(1000);
    if (draw < 540) {
      key_login();
    } else if (draw < 840) {
      line("CRON", "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)");
      line("CRON", "pam_unix(cron:session): session closed for user root");
    } else if (draw < 936) {
      line("sudo",
           "    deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/usr/bin/systemctl "
           "status apache2");
      line("sudo",
           "pam_unix(sudo:session): session opened for user root(uid=0) by deploy(uid=1000)");
    } else if (draw == 936) {
      line("sshd", "error: beginning MaxStartups throttling");
    } else {
      attack();
    }
  }
  uint64_t lines_, written_ = 0, pid_ = 0;
  Random& random_;
};

void distinct_log(uint64_t lines, Random& random) {
  const std::vector<std::string> programs = agents();
  for (uint64_t i = 0; i < lines; ++i) {
    std::printf("2001:db8:%x:%x::1 - - [%s] \"GET %s HTTP/1.1\" 200 512 \"-\" \"%s\"\n",
                static_cast<unsigned>(i >> 16), static_cast<unsigned>(i & 0xFFFF),
                request_time(i * 172'800 / lines).c_str(), path(random).c_str(),
                programs[random.below(131)].c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "generate access|auth|distinct LINES SEED\n");
    return 2;
  }
  const uint64_t lines = std::strtoull(argv[2], nullptr, 10);
  Random random(std::strtoull(argv[3], nullptr, 10));
  if (std::strcmp(argv[1], "access") == 0) access_log(lines, random);
  if (std::strcmp(argv[1], "auth") == 0) AuthLog(lines, random).write();
  if (std::strcmp(argv[1], "distinct") == 0) distinct_log(lines, random);
  return std::fflush(stdout) == 0 ? 0 : 1;
}
