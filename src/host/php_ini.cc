#include "host/php_ini.h"

#include <functional>

#include "base/text.h"

namespace stockade::host {

namespace {

// What stands behind '=': a quoted text, or everything up to a comment.
std::string value_of(std::string_view text) {
  text = trim(text);
  if (!text.empty() && (text.front() == '"' || text.front() == '\'')) {
    const size_t end = text.find(text.front(), 1);
    return std::string(text.substr(1, end == std::string_view::npos ? end : end - 1));
  }
  return std::string(trim(text.substr(0, text.find(';'))));
}

using OnSection = std::function<void(std::string_view)>;
using OnValue = std::function<void(std::string_view, std::string)>;

void read(std::string_view text, const OnSection& on_section, const OnValue& on_value) {
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.empty() || line.front() == ';') continue;
    if (line.front() == '[') {
      on_section(trim(line.substr(1, line.rfind(']') - 1)));
      continue;
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    on_value(trim(line.substr(0, equals)), value_of(line.substr(equals + 1)));
  }
}

// "php_admin_value[expose_php]" -> "expose_php"; "" of anything else.
std::string_view php_name(std::string_view key) {
  for (std::string_view kind : {"php_admin_value[", "php_admin_flag[", "php_value[", "php_flag["}) {
    if (key.starts_with(kind) && key.ends_with(']')) {
      return trim(key.substr(kind.size(), key.size() - kind.size() - 1));
    }
  }
  return "";
}

}  // namespace

PhpValues parse_php_ini(std::string_view text) {
  PhpValues values;
  bool for_all = true;
  read(
      text,
      [&](std::string_view section) {
        for_all = !starts_with_ignoring_case(section, "HOST=") &&
                  !starts_with_ignoring_case(section, "PATH=");
      },
      [&](std::string_view name, std::string value) {
        if (for_all) values[std::string(name)] = std::move(value);
      });
  return values;
}

PhpFpmFile parse_php_fpm(std::string_view text) {
  PhpFpmFile file;
  bool in_pool = false;
  read(
      text,
      [&](std::string_view section) {
        in_pool = !equals_ignoring_case(section, "global");
        if (in_pool) file.pools.push_back({std::string(section), {}});
      },
      [&](std::string_view key, std::string value) {
        if (key == "include") {
          file.includes.push_back(std::move(value));
          return;
        }
        const std::string_view name = php_name(key);
        if (in_pool && !name.empty())
          file.pools.back().values[std::string(name)] = std::move(value);
      });
  return file;
}

}  // namespace stockade::host
