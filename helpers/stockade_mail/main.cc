// Lies in a jail as /bin/sh: see README.md.
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "command.h"
#include "message.h"
#include "smtp.h"

namespace {

constexpr uint16_t kPort = 25;
constexpr size_t kLargest = 64 << 20;
constexpr int kNotFound = 127;  // as of a shell
// Of sysexits.h; PHP takes the last one for "it will be tried again".
constexpr int kUsage = 64;
constexpr int kNoInput = 66;
constexpr int kTemporary = 75;

int refuse(const std::string& why, int code) {
  std::fprintf(stderr, "stockade-mail: %s\n", why.c_str());
  return code;
}

// Without getpwuid(): a static program cannot open what that would open.
std::string account_name() {
  std::ifstream file("/etc/passwd");
  const std::string wanted = ":" + std::to_string(geteuid()) + ":";
  for (std::string line; std::getline(file, line);) {
    const size_t name = line.find(':');
    if (name != std::string::npos && line.find(wanted, name + 1) == line.find(':', name + 1))
      return line.substr(0, name);
  }
  return "nobody";
}

bool read_all(std::string& text) {
  char part[16384];
  ssize_t got = 0;
  while ((got = read(STDIN_FILENO, part, sizeof part)) > 0) {
    text.append(part, static_cast<size_t>(got));
    if (text.size() > kLargest) return false;
  }
  return got == 0;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace stockade::mail;
  if (count < 3 || std::strcmp(arguments[1], "-c") != 0)
    return refuse("there is no shell in this jail, mail alone", kNotFound);
  const int command = count > 3 && std::strcmp(arguments[2], "--") == 0 ? 3 : 2;
  auto submission = read_command(arguments[command]);
  if (!submission) {
    return refuse(
        std::string("there is no shell in this jail, mail alone; refused: ") + arguments[command],
        kNotFound);
  }
  std::string message;
  if (!read_all(message)) return refuse("the message is too large or broken off", kNoInput);
  if (submission->from_headers) {
    for (std::string& recipient : recipients_of(message))
      submission->recipients.push_back(std::move(recipient));
  }
  if (submission->recipients.empty()) return refuse("the message names no recipient", kUsage);
  if (submission->sender.empty()) submission->sender = account_name();
  const std::string problem = hand_over(kPort, {submission->sender, submission->recipients},
                                        for_smtp(message, submission->dot_ends));
  return problem.empty() ? 0 : refuse(problem, kTemporary);
}
