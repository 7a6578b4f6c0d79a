#include "mod_stockade/words.h"

#include <cstring>

#include "limit/network_text.h"

namespace stockade::module {

namespace {

// The digits at `text`, at most `most`; `text` moves behind them. False: none, or too many.
bool take_number(const char*& text, uint64_t most, uint64_t& number) {
  if (*text < '0' || *text > '9') return false;
  number = 0;
  for (; *text >= '0' && *text <= '9'; ++text) {
    number = number * 10 + static_cast<uint64_t>(*text - '0');
    if (number > most) return false;
  }
  return true;
}

bool take_unit(const char* text, uint64_t& seconds) {
  static constexpr struct {
    const char* name;
    uint64_t seconds;
  } kUnits[] = {{"s", 1},    {"sec", 1},     {"m", 60},    {"min", 60},
                {"h", 3600}, {"hour", 3600}, {"d", 86400}, {"day", 86400}};
  for (const auto& unit : kUnits) {
    if (std::strcmp(text, unit.name) == 0) {
      seconds = unit.seconds;
      return true;
    }
  }
  return false;
}

constexpr uint64_t kMostSeconds = 86400 * 7;

// "192.0.*.*" as "192.0.0.0/16"; null where stars stand elsewhere than at the end.
const char* without_stars(apr_pool_t* pool, const char* word) {
  char* copy = apr_pstrdup(pool, word);
  int length = 32;
  bool starred = false;
  const char* part = copy;
  int parts = 0;
  for (char* at = copy;; ++at) {
    if (*at != '.' && *at != '\0') continue;
    ++parts;
    const bool is_star = at - part == 1 && *part == '*';
    if (starred && !is_star) return nullptr;
    if (is_star) {
      starred = true;
      length -= 8;
      copy[part - copy] = '0';
    }
    part = at + 1;
    if (*at == '\0') break;
  }
  return parts == 4 ? apr_psprintf(pool, "%s/%d", copy, length) : nullptr;
}

}  // namespace

const char* parse_rate(apr_pool_t* pool, const char* word, RateWord& rate) {
  const char* at = word;
  uint64_t times = 1;
  uint64_t unit = 0;
  bool good = take_number(at, 1'000'000'000, rate.count) && rate.count > 0 && *at == '/';
  if (good) {
    ++at;
    if (*at >= '0' && *at <= '9') good = take_number(at, kMostSeconds, times) && times > 0;
    good = good && take_unit(at, unit) && times * unit <= kMostSeconds;
  }
  rate.seconds = times * unit;
  if (good) return nullptr;
  return apr_pstrcat(pool, "\"", word,
                     "\" is no rate: accepted are a number, a slash and a time of at most a week, "
                     "as in 10/s, 100/10s, 600/min, 5000/h, 20000/day; or off",
                     nullptr);
}

const char* parse_number(apr_pool_t* pool, const char* what, const char* word, uint64_t least,
                         uint64_t most, uint64_t& number) {
  const char* at = word;
  if (take_number(at, most, number) && *at == '\0' && number >= least) return nullptr;
  return apr_psprintf(pool,
                      "%s cannot be \"%s\": accepted is a whole number from %" APR_UINT64_T_FMT
                      " to %" APR_UINT64_T_FMT,
                      what, word, least, most);
}

const char* parse_size(apr_pool_t* pool, const char* word, uint64_t& bytes) {
  const char* at = word;
  constexpr uint64_t kMost = uint64_t{32} << 30;
  bool good = take_number(at, kMost, bytes);
  if (good && *at != '\0') {
    const char unit = *at++;
    const int shift = unit == 'K' || unit == 'k'   ? 10
                      : unit == 'M' || unit == 'm' ? 20
                      : unit == 'G' || unit == 'g' ? 30
                                                   : 0;
    good = shift != 0 && *at == '\0' && bytes <= kMost >> shift;
    bytes <<= shift;
  }
  if (good && bytes >= 65536 && bytes <= kMost) return nullptr;
  return apr_pstrcat(pool, "\"", word,
                     "\" is no size for the table: accepted are 64K to 32G, as in 4M, 16M, 1G",
                     nullptr);
}

const char* parse_network(apr_pool_t* pool, const char* word, bool wildcards,
                          limit::AddressRange& range) {
  const char* text = word;
  if (wildcards && std::strchr(word, '*') != nullptr) text = without_stars(pool, word);
  const char* failure = apr_pstrcat(
      pool, "\"", word, "\" is no network: accepted are 192.0.2.1, 192.0.2.0/24, 2001:db8::/32",
      wildcards ? ", 192.0.2.*" : "", nullptr);
  return text != nullptr && limit::parse_range(text, range) ? nullptr : failure;
}

}  // namespace stockade::module
