#include "report/markup.h"

#include "report/plain_text.h"

namespace stockade::report {

std::string markup_text(std::string_view text) {
  std::string out;
  for (const char c : neutral(text, true)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

}  // namespace stockade::report
