// A request as httpd and the application behind it would see it: escapes of the log undone, percent
// signs decoded twice (attackers encode twice to pass filters that decode once), plus signs of the
// query as blanks, comments of SQL as blanks, small letters.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html (escapes), RFC 3986
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "logs/recognise/signature.h"
#include "logs/record.h"

namespace stockade::logs {

// Whether the line as sent tells more than its decoded parts: escapes, another method, no path.
bool is_unusual(const AccessRecord& access);

// The parts in the order of their kIn_ bits, all in one buffer, so that one pass looks at them all.
class Decoded {
 public:
  void decode(const AccessRecord& access);

  std::string_view text() const { return {buffer_.data(), buffer_.size()}; }
  std::string_view part(size_t index) const {
    return std::string_view(buffer_).substr(starts_[index], lengths_[index]);
  }
  // The kIn_ bit of the part that the byte before `end` is of.
  uint8_t part_at(size_t end) const {
    for (size_t index = 0; index < kParts; ++index) {
      if (end > starts_[index] && end <= starts_[index] + lengths_[index]) {
        return static_cast<uint8_t>(1U << index);
      }
    }
    return 0;
  }
  std::string_view path() const { return part(0); }
  std::string_view query() const { return part(1); }

 private:
  void begin();
  void add(size_t index, std::string_view text, bool percent, bool plus);
  std::string buffer_;
  std::array<uint32_t, kParts> starts_{}, lengths_{};
};

}  // namespace stockade::logs
