#include "command.h"

#include <algorithm>

namespace stockade::mail {
namespace {

constexpr size_t kLongestAddress = 320;  // RFC 5321: 64 + 1 + 255

// Words, with what escapeshellarg() and escapeshellcmd() of PHP make: '...' and backslashes.
std::optional<std::vector<std::string>> words_of(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool has_word = false;
  for (size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == '\'') {
      const size_t end = command.find('\'', i + 1);
      if (end == std::string_view::npos) return std::nullopt;
      word += command.substr(i + 1, end - i - 1);
      has_word = true;
      i = end;
    } else if (c == '\\' && i + 1 < command.size()) {
      word += command[++i];
      has_word = true;
    } else if (c == ' ' || c == '\t') {
      if (has_word) words.push_back(word);
      word.clear();
      has_word = false;
    } else if (std::string_view("\";|&<>()$`\n\r*?[]{}~!#").find(c) != std::string_view::npos) {
      return std::nullopt;
    } else {
      word += c;
      has_word = true;
    }
  }
  if (has_word) words.push_back(word);
  return words;
}

bool is_sendmail(std::string_view program) {
  return program.substr(program.rfind('/') + 1) == "sendmail";
}

// -oi, -odb, -oem ...: how sendmail goes about it; only the first one changes the message.
bool read_mode(std::string_view word, Submission& submission) {
  if (word == "-i" || word == "-oi") submission.dot_ends = false;
  return word == "-i" || word == "-oi" || word.starts_with("-od") || word.starts_with("-oe") ||
         word == "-bm" || word == "-U";
}

}  // namespace

bool is_address(std::string_view text) {
  return !text.empty() && text.size() <= kLongestAddress && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) > ' ' && c != 127 &&
                  std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
         });
}

std::optional<Submission> read_command(std::string_view command) {
  const auto words = words_of(command);
  if (!words || words->empty() || !is_sendmail(words->front())) return std::nullopt;
  Submission submission;
  for (size_t i = 1; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    if (word == "-t" || word == "-ti" || word == "-it") {
      submission.from_headers = true;
      if (word != "-t") submission.dot_ends = false;
    } else if (word.starts_with("-f") || word.starts_with("-r")) {
      submission.sender = word.size() > 2 ? word.substr(2) : ++i < words->size() ? (*words)[i] : "";
      if (!is_address(submission.sender)) return std::nullopt;
    } else if (is_address(word)) {
      submission.recipients.push_back(word);
    } else if (!read_mode(word, submission)) {
      return std::nullopt;
    }
  }
  if (!submission.from_headers && submission.recipients.empty()) return std::nullopt;
  return submission;
}

}  // namespace stockade::mail
