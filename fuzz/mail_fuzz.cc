// What reaches stockade-mail: the command that a shell was meant for, and the message.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "command.h"
#include "message.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace stockade::mail;
  using stockade::fuzz::require;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto submission = read_command(text)) {
    for (const std::string& recipient : submission->recipients)
      require(is_address(recipient), "a recipient is an address");
    require(submission->sender.empty() || is_address(submission->sender),
            "the sender is an address");
  }
  for (const std::string& recipient : recipients_of(text))
    require(is_address(recipient), "a recipient is an address");
  const std::string data_lines = for_smtp(text, true);
  // One end, and that at the end: no second message can be smuggled behind it.
  require(data_lines.ends_with(".\r\n"), "there is an end");
  require(data_lines.find("\r\n.\r\n") == std::string::npos ||
              data_lines.find("\r\n.\r\n") + 5 == data_lines.size(),
          "there is one end");
  for (size_t at = data_lines.find('\r'); at != std::string::npos;
       at = data_lines.find('\r', at + 1))
    require(data_lines[at + 1] == '\n', "no carriage return stands alone");
  return 0;
}
