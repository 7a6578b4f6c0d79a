// A log whose lines are no longer understood: its format changed, and whoever trusted the reader
// would hear nothing more. That is an alarm, with the new shape.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logs/record.h"

namespace stockade::logs {

struct Drift {
  uint64_t lines = 0;       // in a row
  uint64_t first_line = 0;  // the number of the first
  Micros since = 0;         // of the last line that was understood; 0: there was none
  std::string shape;
};

// "192.0.2.1 - - {time=1}" as "N.N.N.N - - {w=N}": what stays the same from line to line.
std::string shape_of(std::string_view line);

class DriftWatch {
 public:
  static constexpr uint64_t kMany = 1000;

  void understood(Micros time);
  void not_understood(std::string_view line, uint64_t number);
  // The longest run so far, where it is long enough to tell: kMany lines, or nine of ten of the
  // whole log.
  std::optional<Drift> drift(uint64_t lines_in_all) const;
  // Of the run that goes on now.
  std::optional<Drift> current() const;

 private:
  Drift run_, longest_;
  Micros last_ = 0;
  uint64_t not_understood_ = 0;
};

}  // namespace stockade::logs
