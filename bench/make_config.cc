// make_config N DIRECTORY one|many: a configuration of N virtual hosts of 22 lines below DIRECTORY,
// in one file (DIRECTORY/hosts.conf) or in N files (DIRECTORY/hosts/*.conf).
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;

constexpr const char* kModules[] = {"mpm_event", "authz_core", "authz_host", "alias",  "dir", "env",
                                    "headers",   "proxy",      "proxy_http", "rewrite"};

std::string host(int number) {
  return fmt::format(R"(Define HOST{0} www{0}.example
<VirtualHost *:80>
  ServerName ${{HOST{0}}}
  ServerAlias alias{0}.example
  DocumentRoot /srv
  ErrorLog logs/{0}.log
  <IfModule mod_headers.c>
    Header always set X-Host {0}
  </IfModule>
  <Directory /srv/{0}>
    Options -Indexes
    Require all granted
  </Directory>
  RewriteEngine on
  RewriteCond %{{HTTP_HOST}} ^old{0}\.example$ [NC]
  RewriteRule ^/(.*)$ http://${{HOST{0}}}/$1 [R=301,L]
  ProxyPass /app http://127.0.0.1:8080/{0}
  <Location /private>
    Require ip 192.0.2.1 \
      192.0.2.2
  </Location>
</VirtualHost>
)",
                     number);
}

std::string main_file(const std::string& directory, bool many) {
  std::string text = fmt::format("ServerRoot {}\nServerName bench.example\nListen 80\n", directory);
  text += fmt::format("PidFile {}/pid\nErrorLog logs/error.log\n", directory);
  for (const char* module : kModules) {
    text += fmt::format("LoadModule {0}_module /usr/lib/apache2/modules/mod_{0}.so\n", module);
  }
  return text + (many ? "Include hosts/*.conf\n" : "Include hosts.conf\n");
}

bool write(const fs::path& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

bool make(int count, const fs::path& directory, bool many) {
  fs::create_directories(directory / "hosts");
  fs::create_directories(directory / "logs");
  std::string all;
  for (int i = 0; i < count; ++i) {
    if (!many) {
      all += host(i);
    } else if (!write(directory / "hosts" / fmt::format("{:06}.conf", i), host(i))) {
      return false;
    }
  }
  if (!many && !write(directory / "hosts.conf", all)) return false;
  return write(directory / "main.conf", main_file(directory.string(), many));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string shape = argc == 4 ? argv[3] : "";
  const int count = argc == 4 ? std::atoi(argv[1]) : 0;
  if (count <= 0 || (shape != "one" && shape != "many")) {
    fmt::print(stderr, "usage: make_config N DIRECTORY one|many\n");
    return 2;
  }
  if (make(count, fs::absolute(argv[2]), shape == "many")) return 0;
  fmt::print(stderr, "cannot write below {}: is it a directory with room left?\n", argv[2]);
  return 1;
}
