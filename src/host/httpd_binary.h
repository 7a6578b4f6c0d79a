// What the httpd program says of itself, from the bytes of its file: it is never run.
//
// Distrusts: the file. Anything may stand in it; what is not of the expected form is not believed.
// Source: server/main.c (show_compile_settings), include/ap_release.h, modules.c of a build.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::host {

struct HttpdBinary {
  uint32_t version = 0;               // 20471; 0 = unknown
  std::string banner;                 // "Apache/2.4.71 (Debian)"
  std::string server_root;            // HTTPD_ROOT
  std::string config_file;            // SERVER_CONFIG_FILE, as built in: may be relative
  std::vector<std::string> built_in;  // identifiers of the modules linked in
};

// Nothing is filled where `bytes` is no ELF file of httpd.
HttpdBinary read_httpd_binary(std::string_view bytes);

// "2.4.71" -> 20471; 0 where it is none.
uint32_t parse_httpd_version(std::string_view text);

}  // namespace stockade::host
