// A real httpd writes its logs in many formats; what is read back is what was asked.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <scratch_tree.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "logs/parse/line_parser.h"

namespace stockade::logs {
namespace {

constexpr const char* kServer = "/usr/sbin/apache2";
constexpr const char* kModuleFolder = "/usr/lib/apache2/modules/";

struct Format {
  const char* format;
  bool user, referer, port;  // what it has
};
constexpr Format kWritten[] = {
    {R"(%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i")", true, true, false},
    {R"(%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i")", true, true, false},
    {R"(%a %{remote}p %u %t "%r" %>s %B "%{User-Agent}i" "%{Referer}i" %D)", true, true, true},
    {R"(%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t%{%z}t|%a|%>s|"%r"|"%{User-Agent}i")", false, false,
     false},
    {R"({"time":"%t","client":"%a","user":"%u","request":"%r","status":%>s,"agent":"%{User-Agent}i","ref":"%{Referer}i"})",
     true, true, false},
    {R"([%{sec}t] %a "%m %U%q %H" %>s "%{User-Agent}i")", false, false, false},
};

// httpd on a port that the kernel chose, for as long as the object lives.
class Server {
 public:
  Server() {
    tree_.chmod("/", 0755);  // httpd's workers look into it
    const int probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(probe, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    ::close(probe);
    std::ofstream config(folder_ + "/httpd.conf");
    config << "ServerRoot " << folder_ << "\nPidFile " << folder_
           << "/pid\nListen 127.0.0.1:" << port_ << "\nServerName localhost\nErrorLog " << folder_
           << "/error.log\nLogLevel info\n";
    for (const char* module :
         {"mpm_event", "authz_core", "auth_basic", "authn_file", "authn_core", "authz_user"}) {
      config << "LoadModule " << module << "_module " << kModuleFolder << "mod_" << module
             << ".so\n";
    }
    config << "User www-data\nGroup www-data\nDocumentRoot " << folder_
           << "\n<Directory />\nAuthUserFile /dev/null\nAuthType Basic\nAuthName x\nRequire "
              "valid-user\n</Directory>\n";
    for (size_t i = 0; i < std::size(kWritten); ++i) {
      std::string quoted;
      for (const char c : std::string_view(kWritten[i].format))
        quoted += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
      config << "CustomLog " << folder_ << "/access" << i << ".log \"" << quoted << "\"\n";
    }
    config.close();
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);
      execl(kServer, kServer, "-DFOREGROUND", "-f", (folder_ + "/httpd.conf").c_str(), nullptr);
      _exit(127);
    }
    for (int i = 0; i < 100 && exchange("GET / HTTP/1.0\r\n\r\n").empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  ~Server() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string exchange(const std::string& request) const {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    std::string answer;
    if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      (void)!::write(client, request.data(), request.size());
      shutdown(client, SHUT_WR);
      char buffer[4096];
      for (ssize_t got; (got = ::read(client, buffer, sizeof buffer)) > 0;)
        answer.append(buffer, static_cast<size_t>(got));
    }
    ::close(client);
    return answer;
  }
  std::string last_line(const std::string& name) const {
    std::string last;
    for (int i = 0; i < 40; ++i) {
      std::ifstream in(folder_ + "/" + name);
      for (std::string line; std::getline(in, line);) last = line;
      if (!last.empty()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return last;
  }

 private:
  test::ScratchTree tree_;
  const std::string& folder_ = tree_.path();
  uint16_t port_ = 0;
  pid_t pid_ = -1;
};

struct Asked {
  const char* target;
  const char* path;         // as %U%q writes it: decoded, then escaped
  const char* credentials;  // base64
  const char* user;         // as the log writes it
  const char* agent;
  const char* logged_agent;
};
// Names and agents that try to look like the rest of the line.
constexpr Asked kAsked[] = {
    {"/plain?a=b", "/plain?a=b", "dG9ueTp4", "tony", "Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"},
    // a b [10/Oct/2000] "GET /evil HTTP/1.1" 200 5 "-" "-"
    {"/x", "/x", "YSBiIFsxMC9PY3QvMjAwMF0gIkdFVCAvZXZpbCBIVFRQLzEuMSIgMjAwIDUgIi0iICItIjp4",
     R"(a b [10/Oct/2000] \"GET /evil HTTP/1.1\" 200 5 \"-\" \"-\")", "a\" 200 \"b|c \\",
     R"(a\" 200 \"b|c \\)"},
    {"/%22%5c?q=%0a", R"(/\"\\?q=%0a)", "dG9ueTp4", "tony", "x", "x"},
};

TEST(HttpdsFormats, AreReadBackAsTheyWereAsked) {
  if (access(kServer, X_OK) != 0) GTEST_SKIP() << kServer << " is not here";
  const Server server;
  for (const Asked& asked : kAsked) {
    const std::string request = std::string("GET ") + asked.target +
                                " HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic " +
                                asked.credentials + "\r\nUser-Agent: " + asked.agent +
                                "\r\nReferer: http://ref/\r\n\r\n";
    ASSERT_NE(server.exchange(request).find(" 401 "), std::string::npos);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    for (size_t i = 0; i < std::size(kWritten); ++i) {
      const std::string line = server.last_line("access" + std::to_string(i) + ".log");
      const bool by_path =
          std::string_view(kWritten[i].format).find("%U%q") != std::string_view::npos;
      auto format = LogFormat::compile(kWritten[i].format);
      ASSERT_TRUE(format) << format.error().message();
      RequestClock clock;
      Record record;
      ASSERT_TRUE(format->parse(line, clock, record)) << kWritten[i].format << "\n" << line;
      EXPECT_EQ(record.source, Ip::parse("127.0.0.1")) << line;
      EXPECT_EQ(record.access.status, 401) << line;
      EXPECT_EQ(record.access.target, by_path ? asked.path : asked.target) << line;
      EXPECT_EQ(record.access.agent, asked.logged_agent) << line;
      if (kWritten[i].user) {
        EXPECT_EQ(record.access.user, asked.user) << line;
      }
      if (kWritten[i].referer) {
        EXPECT_EQ(record.access.referer, "http://ref/") << line;
      }
      if (kWritten[i].port) {
        EXPECT_NE(record.access.port, 0) << line;
      }
      if (i > 1) continue;
      // The usual ones are told from their lines as well.
      LineParser parser(0);
      parser.parse(line, record);
      ASSERT_EQ(record.kind, LineKind::access) << line;
      EXPECT_EQ(record.source, Ip::parse("127.0.0.1")) << line;
      EXPECT_EQ(record.access.target, asked.target) << line;
      EXPECT_EQ(record.access.user, asked.user) << line;
    }
    // Nobody of that name: the error log says so, and names the client.
    const std::string error = server.last_line("error.log");
    LineParser parser(0);
    Record record;
    parser.parse(error, record);
    ASSERT_EQ(record.kind, LineKind::error) << error;
    EXPECT_EQ(record.error.code, "AH01618") << error;
    EXPECT_EQ(record.source, Ip::parse("127.0.0.1")) << error;
  }
}

}  // namespace
}  // namespace stockade::logs
