#include "conf/conditions.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <optional>
#include <vector>

#include "base/arena.h"
#include "base/text.h"
#include "conf/words.h"

namespace stockade::conf {

namespace {

constexpr const char* kUnclosed = "<IfVersion> directive missing closing '>'";
constexpr const char* kInvalid =
    "Version appears to be invalid. It must have the format major[.minor[.patch]] where major, "
    "minor and patch are numbers.";

struct Test {
  std::string op;
  std::string version;
};

// httpd takes one to three words: a version, an operator and a version; the '>' that closes the
// tag may stick to the version or, where that is quoted, stand alone.
std::optional<Test> read_test(std::string_view arguments) {
  Arena arena;
  WordScanner scanner(arguments, arena);
  std::vector<std::string> words;
  for (ScannedWord word; scanner.next(word);) words.emplace_back(word.text);
  if (words.empty() || words.size() > 3) return std::nullopt;
  if (words.size() == 1) words.insert(words.begin(), "=");
  if (words.size() == 2 && words[1] == ">") words = {"=", words[0], ">"};
  if (words.size() == 3 && words[2] == ">") return Test{words[0], words[1]};
  std::string& version = words[1];
  // A third word that is no '>' is passed over.
  if (version.empty() || version.back() != '>') return std::nullopt;
  version.pop_back();
  return Test{words[0], version};
}

std::optional<int> compare(std::string_view wanted, uint32_t version) {
  std::array<int64_t, 3> parts{};
  const auto texts = split(wanted, '.');
  if (texts.size() > 3) return std::nullopt;
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto number = parse_number(texts[i]);
    if (!number || *number < 0) return std::nullopt;
    parts[i] = *number;
  }
  const std::array<int64_t, 3> ours{version / 10000, version / 100 % 100, version % 100};
  return ours < parts ? -1 : ours > parts ? 1 : 0;
}

Condition match(std::string_view pattern, uint32_t version) {
  if (pattern.size() > 1 && pattern.front() == '/' && pattern.back() == '/') {
    pattern = pattern.substr(1, pattern.size() - 2);
  }
  int code = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* regex = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), 0,
                                    &code, &at, nullptr);
  if (regex == nullptr) return {false, "Unable to compile regular expression"};
  const std::string text = std::to_string(version / 10000) + "." +
                           std::to_string(version / 100 % 100) + "." +
                           std::to_string(version % 100);
  pcre2_match_data* data = pcre2_match_data_create_from_pattern(regex, nullptr);
  const int found = pcre2_match(regex, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                                data, nullptr);
  pcre2_match_data_free(data);
  pcre2_code_free(regex);
  return {found >= 0, ""};
}

}  // namespace

Condition judge_version(std::string_view arguments, uint32_t version) {
  const auto test = read_test(arguments);
  if (!test) return {false, kUnclosed};
  std::string_view op = test->op;
  const bool reverse = op.size() > 1 && op.front() == '!';
  if (reverse) op.remove_prefix(1);
  const std::string& wanted = test->version;
  Condition result;
  const bool regex = op == "~" || (op == "=" && wanted.starts_with('/'));
  if (regex) {
    result = match(wanted, version);
  } else if (op == "=" || op == "==" || op == "<" || op == "<=" || op == ">" || op == ">=") {
    const auto order = compare(wanted, version);
    if (!order) return {false, kInvalid};
    result.holds = op.front() == '='   ? *order == 0
                   : op.front() == '<' ? *order < 0 || (op == "<=" && *order == 0)
                                       : *order > 0 || (op == ">=" && *order == 0);
  } else {
    return {false, "unrecognized operator '" + test->op + "'"};
  }
  if (result.error.empty()) result.holds = result.holds != reverse;
  return result;
}

}  // namespace stockade::conf
