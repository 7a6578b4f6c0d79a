#include "cli/first_step.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/live_file_system.h"

namespace stockade::cli {
namespace {

// Debian, RHEL, and plain sources.
constexpr std::string_view kUsualConfigurations[] = {"/etc/apache2/apache2.conf",
                                                     "/etc/httpd/conf/httpd.conf",
                                                     "/usr/local/apache2/conf/httpd.conf"};

std::string_view configuration_here() {
  const LiveFileSystem files;
  for (std::string_view place : kUsualConfigurations) {
    if (files.status(place)) return place;
  }
  return "";
}

}  // namespace

std::string first_step() {
  std::string text = "Stockade audits Apache httpd: it reads the configuration as httpd does.\n\n";
  const std::string_view place = configuration_here();
  if (place.empty()) {
    return text +
           "There is no Apache configuration in the usual places of this machine. Next:\n"
           "  stockade audit --root DIR      a copied tree, with DIR/etc/apache2/ in it\n"
           "  stockade audit --config FILE   an Apache that lives elsewhere\n"
           "  stockade help                  everything else\n";
  }
  const bool root = geteuid() == 0;
  text += fmt::format("Found {}. Next:\n", place);
  text += root ? "  stockade audit        what is unsafe here, in seconds; it only reads\n"
               : "  sudo stockade audit   what is unsafe here, in seconds; it only reads\n"
                 "  stockade audit        the same, as far as you may look\n";
  return text + "  stockade help         everything else\n";
}

}  // namespace stockade::cli
