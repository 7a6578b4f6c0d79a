#include "conf/checks/words_in.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace stockade::conf {

bool is_one_of(std::string_view word, std::string_view list) {
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find('|', at), list.size());
    if (equals_ignoring_case(word, list.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

bool is_known_status(long long code) {
  constexpr std::array<int, 64> kCodes = {
      100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301,
      302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409,
      410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428,
      429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511};
  return code > 0 && std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

bool is_known_method(std::string_view method) {
  constexpr std::array<std::string_view, 31> kMethods = {"GET",
                                                         "HEAD",
                                                         "POST",
                                                         "PUT",
                                                         "DELETE",
                                                         "CONNECT",
                                                         "OPTIONS",
                                                         "TRACE",
                                                         "PATCH",
                                                         "PROPFIND",
                                                         "PROPPATCH",
                                                         "MKCOL",
                                                         "COPY",
                                                         "MOVE",
                                                         "LOCK",
                                                         "UNLOCK",
                                                         "VERSION-CONTROL",
                                                         "CHECKOUT",
                                                         "UNCHECKOUT",
                                                         "CHECKIN",
                                                         "UPDATE",
                                                         "LABEL",
                                                         "REPORT",
                                                         "MKWORKSPACE",
                                                         "MKACTIVITY",
                                                         "BASELINE-CONTROL",
                                                         "MERGE",
                                                         "SEARCH",
                                                         "BREW",
                                                         "WHEN",
                                                         "ACL"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

}  // namespace stockade::conf
