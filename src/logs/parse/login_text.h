// Where the words stand in the messages of programs that take passwords. Names are the client's own
// bytes: a place is found from the end of the message that the client did not write.
#pragma once

#include <string_view>

#include "logs/record.h"

namespace stockade::logs {

// What follows the first `mark`; nothing where it is not there.
std::string_view text_after(std::string_view text, std::string_view mark);
// Between the first `open` and the first `close` behind it; nothing where one is missing.
std::string_view text_between(std::string_view text, std::string_view open, std::string_view close);
// Behind the last `mark`, up to a character of `ends`.
std::string_view last_value(std::string_view text, std::string_view mark, std::string_view ends);
std::string_view first_word(std::string_view text);  // up to a blank, comma or semicolon

// "192.0.2.1", "::ffff:192.0.2.1", "[2001:db8::1]", or a name, which is kept and no source.
void set_login_client(std::string_view client, Record& record);
// A failed attempt that counts.
void set_failed_login(std::string_view user, std::string_view client, Record& record);
void set_accepted_login(std::string_view user, std::string_view client, Record& record);

}  // namespace stockade::logs
