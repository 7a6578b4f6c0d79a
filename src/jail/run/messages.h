// Short texts, and now and then an open file, between the supervisor outside and the one inside:
// over a socket pair that keeps each message whole (SOCK_SEQPACKET).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace stockade::jail {

struct Message {
  std::string text;
  Descriptor file;
};

// False: the other side is gone.
bool send_message(int channel, std::string_view text, int file = -1);
// Waits for one; nothing: the other side is gone.
std::optional<Message> receive_message(int channel);

}  // namespace stockade::jail
