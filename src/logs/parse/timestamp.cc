#include "logs/parse/timestamp.h"

#include <ctime>

#include "base/text.h"

namespace stockade::logs {

namespace {

constexpr Micros kDay = 86'400 * kSecond;

// Howard Hinnant's days_from_civil: https://howardhinnant.github.io/date_algorithms.html
int64_t days_of(int year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<int64_t>(year - era * 400);
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// 1 to 12, or 0.
int month_of(std::string_view name) {
  if (name.size() < 3) return 0;
  const auto key = [](char a, char b, char c) {
    return static_cast<uint32_t>(a) << 16 | static_cast<uint32_t>(b) << 8 |
           static_cast<uint32_t>(c);
  };
  switch (key(to_lower(name[0]), to_lower(name[1]), to_lower(name[2]))) {
    case key('j', 'a', 'n'):
      return 1;
    case key('f', 'e', 'b'):
      return 2;
    case key('m', 'a', 'r'):
      return 3;
    case key('a', 'p', 'r'):
      return 4;
    case key('m', 'a', 'y'):
      return 5;
    case key('j', 'u', 'n'):
      return 6;
    case key('j', 'u', 'l'):
      return 7;
    case key('a', 'u', 'g'):
      return 8;
    case key('s', 'e', 'p'):
      return 9;
    case key('o', 'c', 't'):
      return 10;
    case key('n', 'o', 'v'):
      return 11;
    case key('d', 'e', 'c'):
      return 12;
    default:
      return 0;
  }
}

// Takes what it is asked for off the front of a text; once something is missing, all is.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}

  int number(size_t least, size_t most) {
    int value = 0;
    size_t count = 0;
    while (count < most && count < text_.size() && is_digit(text_[count])) {
      value = value * 10 + (text_[count++] - '0');
    }
    if (count < least) return bad();
    text_.remove_prefix(count);
    return value;
  }
  void literal(char c) {
    if (text_.empty() || text_.front() != c) {
      bad();
    } else {
      text_.remove_prefix(1);
    }
  }
  int month() {
    const int month = month_of(text_);
    if (month == 0) return bad();
    text_.remove_prefix(3);
    return month;
  }
  void word(size_t length) { text_.size() < length ? void(bad()) : text_.remove_prefix(length); }
  void blanks() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  // ".123456" of any length, or nothing.
  int fraction() {
    if (text_.empty() || (text_.front() != '.' && text_.front() != ',')) return 0;
    text_.remove_prefix(1);
    int value = 0;
    int unit = 100'000;
    while (!text_.empty() && is_digit(text_.front())) {
      value += unit * (text_.front() - '0');
      unit /= 10;
      text_.remove_prefix(1);
    }
    return value;
  }
  void clock(Civil& time) {
    time.hour = number(2, 2);
    literal(':');
    time.minute = number(2, 2);
    literal(':');
    time.second = number(2, 2);
  }
  bool good() const { return good_; }
  std::string_view rest() const { return text_; }

 private:
  int bad() {
    good_ = false;
    text_ = {};
    return 0;
  }
  std::string_view text_;
  bool good_ = true;
};

bool is_possible(const Civil& time) {
  return time.month >= 1 && time.month <= 12 && time.day >= 1 && time.day <= 31 &&
         time.hour <= 23 && time.minute <= 59 && time.second <= 60 && time.year >= 1970 &&
         time.year <= 9999;
}

// "+0200", "+02:00", "Z": what is to be taken off to reach UTC.
std::optional<Micros> zone_of(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 5 && text.size() != 6) return std::nullopt;
  Digits digits(text.substr(1));
  const int hours = digits.number(2, 2);
  if (text.size() == 6) digits.literal(':');
  const int minutes = digits.number(2, 2);
  const bool sign = text[0] == '+' || text[0] == '-';
  if (!digits.good() || !sign || hours > 15 || minutes > 59) return std::nullopt;
  const Micros offset = (hours * 3600 + minutes * 60) * kSecond;
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

Micros from_utc(const Civil& time) {
  const int64_t seconds = days_of(time.year, time.month, time.day) * 86'400 + time.hour * 3600 +
                          time.minute * 60 + time.second;
  return seconds * kSecond + time.micros;
}

Micros from_local(const Civil& time) {
  // What the zone takes off changes on the hour or half hour at most: one answer serves a quarter.
  struct Memory {
    int64_t quarter = INT64_MIN;
    Micros offset = 0;
  };
  thread_local Memory memory;
  const Micros as_utc = from_utc(time);
  const int64_t quarter = as_utc / (900 * kSecond);
  if (quarter != memory.quarter) {
    std::tm parts{};
    parts.tm_year = time.year - 1900;
    parts.tm_mon = time.month - 1;
    parts.tm_mday = time.day;
    parts.tm_hour = time.hour;
    parts.tm_min = time.minute;
    parts.tm_sec = time.second;
    parts.tm_isdst = -1;
    const std::time_t seconds = std::mktime(&parts);
    memory.offset = (as_utc / kSecond - static_cast<int64_t>(seconds)) * kSecond;
    memory.quarter = quarter;
  }
  return as_utc - memory.offset;
}

std::optional<Micros> parse_request_time(std::string_view text) {
  Digits digits(text);
  Civil time;
  time.day = digits.number(1, 2);
  digits.literal('/');
  time.month = digits.month();
  digits.literal('/');
  time.year = digits.number(4, 4);
  digits.literal(':');
  digits.clock(time);
  if (!digits.good() || !is_possible(time)) return std::nullopt;
  time.micros = digits.fraction();
  digits.blanks();
  if (digits.rest().empty()) return from_local(time);
  const auto zone = zone_of(digits.rest());
  if (!zone) return std::nullopt;
  return from_utc(time) - *zone;
}

std::optional<Micros> parse_error_time(std::string_view text) {
  Digits digits(text);
  Civil time;
  digits.word(3);  // the day of the week
  digits.literal(' ');
  time.month = digits.month();
  digits.literal(' ');
  digits.blanks();
  time.day = digits.number(1, 2);
  digits.literal(' ');
  digits.clock(time);
  time.micros = digits.fraction();
  digits.literal(' ');
  time.year = digits.number(4, 4);
  if (!digits.good() || !digits.rest().empty() || !is_possible(time)) return std::nullopt;
  return from_local(time);
}

std::optional<Micros> parse_iso_time(std::string_view text) {
  Digits digits(text);
  Civil time;
  time.year = digits.number(4, 4);
  const bool slashes = digits.rest().starts_with('/');
  digits.literal(slashes ? '/' : '-');
  time.month = digits.number(2, 2);
  digits.literal(slashes ? '/' : '-');
  time.day = digits.number(2, 2);
  digits.literal(digits.rest().starts_with('T') ? 'T' : ' ');
  digits.clock(time);
  if (!digits.good() || !is_possible(time)) return std::nullopt;
  time.micros = digits.fraction();
  if (digits.rest().empty()) return from_local(time);
  const auto zone = zone_of(digits.rest());
  if (!zone) return std::nullopt;
  return from_utc(time) - *zone;
}

std::optional<YearlessTime> parse_syslog_time(std::string_view line) {
  Digits digits(line);
  YearlessTime result;
  result.time.month = digits.month();
  digits.literal(' ');
  digits.blanks();
  result.time.day = digits.number(1, 2);
  digits.literal(' ');
  digits.clock(result.time);
  if (!digits.good() || !is_possible(result.time)) return std::nullopt;
  result.length = line.size() - digits.rest().size();
  return result;
}

Micros YearKeeper::resolve(Civil time) {
  if (year_ == 0) {
    const std::time_t newest = static_cast<std::time_t>(newest_ / kSecond);
    std::tm parts{};
    localtime_r(&newest, &parts);
    year_ = parts.tm_year + 1900;
    time.year = year_;
    if (from_local(time) > newest_ + kDay) --year_;
  } else if (time.month == 1 && last_month_ == 12) {
    ++year_;
  } else if (time.month == 12 && last_month_ == 1) {
    --year_;  // a line that was late
  }
  last_month_ = time.month;
  time.year = year_;
  return from_local(time);
}

}  // namespace stockade::logs
