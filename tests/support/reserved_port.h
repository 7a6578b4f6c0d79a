// A port of loopback that the kernel chose, and that nobody else is given as long as this lives.
//
// Looked for and let go at once, it could be given to a client of another test before the server
// listens. A socket that is bound and never listens keeps it; a server that sets SO_REUSEADDR, as
// httpd, systemd and the jail do, may listen all the same.
#pragma once

#include <cstdint>

namespace stockade::test {

class ReservedPort {
 public:
  ReservedPort();
  ~ReservedPort();
  ReservedPort(ReservedPort&& other) noexcept;
  ReservedPort& operator=(ReservedPort&& other) noexcept;

  uint16_t number() const { return number_; }  // 0: there was none

 private:
  int socket_ = -1;
  uint16_t number_ = 0;
};

}  // namespace stockade::test
