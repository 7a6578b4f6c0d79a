#include "logs/parse/drift.h"

#include "base/text.h"

namespace stockade::logs {

namespace {

constexpr size_t kShapeLength = 160;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

std::string shape_of(std::string_view line) {
  std::string shape;
  for (size_t i = 0; i < line.size() && shape.size() < kShapeLength;) {
    const char c = line[i];
    if (is_digit(c)) {
      while (i < line.size() && is_digit(line[i])) ++i;
      shape += 'N';
    } else if (is_letter(c)) {
      while (i < line.size() && (is_letter(line[i]) || is_digit(line[i]))) ++i;
      shape += 'w';
    } else {
      shape += c >= ' ' && c < 0x7F ? c : '?';
      ++i;
    }
  }
  return shape;
}

void DriftWatch::understood(Micros time) {
  if (run_.lines > longest_.lines) longest_ = run_;
  run_ = {};
  if (time != 0) last_ = time;
}

void DriftWatch::not_understood(std::string_view line, uint64_t number) {
  ++not_understood_;
  if (run_.lines++ != 0) return;
  run_.first_line = number;
  run_.since = last_;
  run_.shape = shape_of(line);
}

std::optional<Drift> DriftWatch::drift(uint64_t lines_in_all) const {
  const Drift& longest = run_.lines > longest_.lines ? run_ : longest_;
  const bool nearly_all = lines_in_all > 0 && not_understood_ * 10 >= lines_in_all * 9;
  if (longest.lines < kMany && !nearly_all) return std::nullopt;
  Drift drift = longest;
  if (nearly_all) drift.lines = not_understood_;
  return drift;
}

std::optional<Drift> DriftWatch::current() const {
  if (run_.lines < kMany) return std::nullopt;
  return run_;
}

}  // namespace stockade::logs
