// Whatever stands behind a directive of the module, the real httpd reads it or refuses it by file
// and line: it never crashes. The words are made of those that are accepted, cut, doubled and
// mixed. 60 configurations by default, 5,000 in the full run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "httpd_server.h"

namespace stockade::module_test {
namespace {

// Lines that are accepted; what they are cut into makes the others.
constexpr std::string_view kLines[] = {
    "StockadeEnable on",
    "StockadeDryRun 50%",
    "StockadeTableSize 16M",
    "StockadeTableFile run/other.table",
    "StockadeLimit all 10/s burst=5 ban=off",
    "StockadeLimit page 100/1m dry=50% alone",
    "StockadeLimit bytes 1000000/h",
    "StockadeClass search /search* *.cgi ~^/(a|b)+$",
    "StockadeLogin /login",
    "StockadeTrap /old/*",
    "StockadeExempt /static/* *.png",
    "StockadeAllow 192.0.2.1 2001:db8::/32",
    "StockadeBan 60",
    "StockadeRefuse off",
    "StockadeStatus 429",
    "StockadeConnections 60",
    "DOSPageCount 2",
    "DOSPageInterval 1",
    "DOSSiteCount 50",
    "DOSSiteInterval 1",
    "DOSBlockingPeriod 10",
    "DOSHashTableSize 3097",
    "DOSEnabled true",
    "DOSHTTPStatus 403",
    "DOSWhitelist 192.0.2.*",
    "DOSWhitelistUri /static",
    "DOSLogDir /var/log",
};
constexpr std::string_view kWords[] = {"-1",     "18446744073709551616",
                                       "%00",    "=",
                                       "/",      "*",
                                       "~(",     "../../x",
                                       "1/0",    "burst=",
                                       "ban=-1", "dry=101%",
                                       "::/0",   "0.0.0.0/0",
                                       "1e9",    "all"};

class DirectiveWords {
 public:
  explicit DirectiveWords(uint64_t seed) : random_(seed) {}

  std::string configuration() {
    std::string text;
    for (size_t i = 1 + below(4); i > 0; --i) {
      const std::string line = directive();
      text += below(4) == 0 ? fmt::format("<Location /{}>\n{}</Location>\n", below(3), line) : line;
    }
    return text;
  }

 private:
  size_t below(size_t count) { return random_() % count; }

  std::string twisted(std::string text) {
    switch (below(6)) {
      case 0:
        text.resize(below(text.size() + 1));
        break;
      case 1:
        text += kWords[below(std::size(kWords))];
        break;
      case 2:
        text.insert(below(text.size() + 1), 1, static_cast<char>(33 + below(94)));
        break;
      case 3:
        text = std::string(1 + below(300), text.empty() ? 'x' : text[0]);
        break;
      case 4:
        text = kWords[below(std::size(kWords))];
        break;
      default:
        text += " " + text;
        break;
    }
    // httpd's own syntax is another test's matter.
    for (char& c : text) {
      if (std::string_view("\"\\<$'").find(c) != std::string_view::npos) c = 'q';
    }
    return text.empty() ? "\"\"" : text;
  }

  std::string directive() {
    const std::string_view line = kLines[below(std::size(kLines))];
    const size_t blank = line.find(' ');
    std::string text(line.substr(0, blank));
    for (size_t at = blank + 1; at < line.size();) {
      const size_t end = std::min(line.find(' ', at), line.size());
      const std::string word(line.substr(at, end - at));
      text += " " + (below(4) == 0 ? twisted(word) : word);
      at = end + 1;
    }
    return text + "\n";
  }

  std::mt19937_64 random_;
};

TEST(DirectiveWordsOfTheModule, AreReadOrRefusedByLineAndNeverCrash) {
  if (!can_serve()) GTEST_SKIP();
  const int count = is_full_run() ? 5000 : 60;
  DirectiveWords words(20261125);
  HttpdServer server(Mpm::event);
  int read = 0;
  for (int i = 0; i < count; ++i) {
    HttpdServer::Wish wish;
    wish.site = words.configuration();
    const Output said = server.check(wish);
    ASSERT_TRUE(said.exit_code == 0 || said.exit_code == 1) << said.exit_code << "\n"
                                                            << wish.site << said.output;
    read += said.exit_code == 0;
    if (said.exit_code == 0) continue;
    EXPECT_NE(said.output.find("yntax error on line "), std::string::npos)
        << wish.site << said.output;
  }
  std::printf(
      "NOTE: %d configurations of the module put to httpd, %d read, the others refused by line\n",
      count, read);
  EXPECT_GT(read, 0);
  EXPECT_LT(read, count);
}

}  // namespace
}  // namespace stockade::module_test
