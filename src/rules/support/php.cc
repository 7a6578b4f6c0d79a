#include "rules/support/php.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace stockade::rules {

namespace {

constexpr std::string_view kPool = " pool ";

bool answers_requests(std::string_view program) {
  return program.starts_with("apache2") || program.starts_with("fpm") || program.starts_with("cgi");
}

std::string_view owner_of(std::string_view program) {
  return program.substr(0, program.find(kPool));
}

// What one program's files come to, the php.ini's owner before its pools.
struct Program {
  PhpValue value;
  size_t pools = 0;     // that there are
  size_t of_pools = 0;  // of those, the ones that set the name themselves
};

}  // namespace

std::vector<PhpValue> php_values(const Snapshot& snapshot, std::string_view name,
                                 std::string_view default_value) {
  std::vector<std::string_view> order;
  std::map<std::string_view, Program> programs;
  for (const host::PhpSettings& php : snapshot.php) {
    if (!answers_requests(php.program)) continue;
    const bool pool = php.program.find(kPool) != std::string::npos;
    const auto found = php.values.find(std::string(name));
    const bool sets = found != php.values.end();
    if (pool) {
      ++programs[owner_of(php.program)].pools;
      programs[owner_of(php.program)].of_pools += sets ? 1 : 0;
      if (!sets) continue;
    }
    if (std::find(order.begin(), order.end(), php.program) == order.end()) {
      order.push_back(php.program);
      programs[php.program].value = {php.program, php.file, default_value, true};
    }
    if (sets) programs[php.program].value = {php.program, php.file, found->second, false};
  }
  std::vector<PhpValue> values;
  for (std::string_view program : order) {
    const Program& known = programs[program];
    const bool replaced = known.pools > 0 && known.of_pools == known.pools;
    if (!replaced) values.push_back(known.value);
  }
  return values;
}

bool is_php_true(std::string_view value) {
  value = trim(value);
  for (std::string_view word : {"on", "yes", "true"}) {
    if (equals_ignoring_case(value, word)) return true;
  }
  const auto number = parse_number(value.substr(0, value.find_first_not_of("+-0123456789")));
  return number.value_or(0) != 0;
}

bool is_php_undecided(std::string_view value) { return value.find("${") != std::string_view::npos; }

}  // namespace stockade::rules
